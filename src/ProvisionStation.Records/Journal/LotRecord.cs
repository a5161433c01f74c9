namespace ProvisionStation.Records.Journal;

/// <summary>A lot as the journal holds it.</summary>
/// <param name="Lot">Its name.</param>
/// <param name="Recipe">The recipe's id.</param>
/// <param name="RecipeRevision">Its revision.</param>
/// <param name="RecipeSha256">Hash of its file.</param>
/// <param name="OpenedAt">UTC wall clock.</param>
/// <param name="Counts">Verdicts so far.</param>
public sealed record LotRecord(string Lot, string Recipe, int RecipeRevision, string RecipeSha256, DateTimeOffset OpenedAt, LotCounts Counts);

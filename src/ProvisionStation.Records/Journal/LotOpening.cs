namespace ProvisionStation.Records.Journal;

/// <summary>How a lot was opened; part of what is hashed of each of its runs.</summary>
/// <param name="Recipe">The recipe's id.</param>
/// <param name="RecipeRevision">Its revision.</param>
/// <param name="RecipeSha256">Hash of its file.</param>
/// <param name="OpenedAt">UTC wall clock.</param>
public sealed record LotOpening(string Recipe, int RecipeRevision, string RecipeSha256, DateTimeOffset OpenedAt);

namespace ProvisionStation.Records;

/// <summary>What is known of a run before power comes on.</summary>
/// <param name="Lot">The lot.</param>
/// <param name="Slot">The slot's number.</param>
/// <param name="Jig">The jig's id.</param>
/// <param name="JigRevision">Its revision.</param>
/// <param name="JigSha256">Hash of its file, kept as a document.</param>
/// <param name="Recipe">The recipe's id.</param>
/// <param name="RecipeRevision">Its revision.</param>
/// <param name="RecipeSha256">Hash of its file, kept as a document.</param>
/// <param name="ImageSha256">Hash of the firmware image's file.</param>
/// <param name="ImageVersion">The firmware's version.</param>
/// <param name="Operator">Who works; null: nobody said.</param>
/// <param name="Program">Version of this program.</param>
public sealed record RunOpening(
    string Lot,
    int Slot,
    string Jig,
    int JigRevision,
    string JigSha256,
    string Recipe,
    int RecipeRevision,
    string RecipeSha256,
    string ImageSha256,
    string ImageVersion,
    string? Operator,
    string Program);

namespace ProvisionStation.Records.Journal;

/// <summary>What a walk over everything found.</summary>
/// <param name="Records">Closing records that are good: all, or those before the break.</param>
/// <param name="HeadSha256">Hash of the last good one; 64 zeros where there is none.</param>
/// <param name="OpenRuns">Runs in progress: no closing record vouches for their rows yet.</param>
/// <param name="Documents">Recipe and jig files that hash to their names.</param>
/// <param name="MissingDocuments">Recipe and jig files that runs name and that were not kept, as kind and hash.</param>
/// <param name="Break">The first break in words, with its sequence number or run; null: none.</param>
public sealed record ChainState(
    long Records, string HeadSha256, long OpenRuns, long Documents, IReadOnlyList<string> MissingDocuments, string? Break)
{
    /// <summary>Facts of the ledger that are good.</summary>
    public long Facts { get; init; }

    /// <summary>Hash of the last good fact; 64 zeros where there is none.</summary>
    public string FactsHeadSha256 { get; init; } = "";
}

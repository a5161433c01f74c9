namespace ProvisionStation.Records.Journal;

/// <summary>Which runs to find; null: any. Newest first.</summary>
/// <param name="Lot">The lot.</param>
/// <param name="Mac">Twelve hex digits.</param>
/// <param name="Unit">Our own unit id.</param>
/// <param name="Verdict">The verdict; runs in progress have none.</param>
/// <param name="Since">Started at or after, UTC.</param>
/// <param name="Until">Started before, UTC.</param>
/// <param name="Most">1 to 100000.</param>
/// <param name="ClosedOnly">Leaves out runs in progress, and goes by the closing records: the one that was closed last is the newest.</param>
public sealed record RunQuery(
    string? Lot = null,
    string? Mac = null,
    Guid? Unit = null,
    Verdict? Verdict = null,
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    int Most = 1000,
    bool ClosedOnly = false);

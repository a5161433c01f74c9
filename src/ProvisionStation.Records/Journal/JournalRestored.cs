namespace ProvisionStation.Records.Journal;

/// <summary>What became of a journal that was put back from a copy.</summary>
/// <param name="Copy">The copy as it was looked at.</param>
/// <param name="SetAside">The former journal under its new name; null where there was none.</param>
/// <param name="IsLedgerThere">False where no ledger tells what was lost.</param>
/// <param name="UnreadableFacts">Lines of the ledger that could not be read.</param>
/// <param name="Lost">Closed runs that the copy does not have: each has a record again, ERROR <c>record-lost</c>.</param>
/// <param name="CutShort">Runs that were in work when the copy was taken.</param>
public sealed record JournalRestored(
    JournalLook Copy, string? SetAside, bool IsLedgerThere, int UnreadableFacts, IReadOnlyList<LostRun> Lost, IReadOnlyList<RunRecord> CutShort);

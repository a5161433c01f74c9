using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>What became of a journal that was put back from a copy.</summary>
/// <param name="Copy">The copy as it was looked at.</param>
/// <param name="SetAside">The former journal under its new name; null where there was none.</param>
/// <param name="IsLedgerThere">False where no ledger tells what was lost.</param>
/// <param name="UnreadableFacts">Lines of the ledger that could not be read.</param>
/// <param name="Lost">Closed runs that the copy does not have: each has a record again, ERROR <c>record-lost</c>.</param>
/// <param name="CutShort">Runs that were in work when the copy was taken.</param>
/// <param name="LedgerSetAside">The former ledger's file under its new name; null where there was none.</param>
/// <param name="Agreed">Facts from the first on that the copy and the former ledger both have.</param>
/// <param name="Former">Facts of the former ledger that are a whole chain.</param>
/// <param name="Decided">What a person had decided about units after the copy, recorded again.</param>
public sealed record JournalRestored(
    JournalLook Copy, string? SetAside, bool IsLedgerThere, int UnreadableFacts, IReadOnlyList<LostRun> Lost, IReadOnlyList<RunRecord> CutShort,
    string? LedgerSetAside, long Agreed, long Former, IReadOnlyList<LedgerFact> Decided);

namespace ProvisionStation.Records.Journal;

/// <summary>A closed run that a copy of the journal does not have, as the ledger tells it.</summary>
/// <param name="Closing">Number of its closing record.</param>
/// <param name="Sha256">Hash of that record.</param>
/// <param name="Run">Its id.</param>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Reason">The fixed word; null for PASS.</param>
/// <param name="State">What is in the unit's flash.</param>
/// <param name="Lot">Its lot.</param>
/// <param name="Mac">The unit's MAC; null where it was not read.</param>
/// <param name="BackupSha256">The unit's backup in the vault; null where none was taken.</param>
public sealed record LostRun(
    long Closing, string Sha256, Guid Run, Verdict Verdict, string? Reason, UnitState State, string Lot, string? Mac, string? BackupSha256);

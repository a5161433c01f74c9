namespace ProvisionStation.Records.Journal;

/// <summary>What a whole look at a journal, or at a copy of one, has found.</summary>
/// <param name="File">Its path.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="LogBytes">Bytes in the -wal file beside it: records that are committed and not yet in the file itself; 0 where there is none.</param>
/// <param name="Form">Number of the last schema script; 0 where it could not be read.</param>
/// <param name="Station">Whose journal it is; null where that could not be read.</param>
/// <param name="Closed">Its last closing record; 0 where there is none.</param>
/// <param name="LastSha256">Hash of that record; 64 zeros where there is none.</param>
/// <param name="Problems">What SQLite found wrong, at most <see cref="JournalFile.MostProblems"/>; empty where it is whole.</param>
public sealed record JournalLook(
    string File, long Bytes, long LogBytes, long Form, Guid? Station, long Closed, string LastSha256, IReadOnlyList<string> Problems)
{
    /// <summary>True where every page, index and reference is as it must be. Whether rows were changed by hand is what <c>ledger verify</c> tells.</summary>
    public bool IsWhole => Problems.Count == 0;
}

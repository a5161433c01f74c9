namespace ProvisionStation.Records;

/// <summary>How a run ended.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">Fixed word of <see cref="Reasons"/>; null with PASS.</param>
/// <param name="Detail">One sentence an operator understands, with the numbers.</param>
/// <param name="Remedy">What the operator does next; null where there is nothing to do.</param>
/// <param name="State">What is in the unit's flash now.</param>
/// <param name="BackupSha256">The unit's whole flash in the vault; null where none was made.</param>
/// <param name="Duration">Monotonic, from the insert of the run.</param>
/// <param name="ShortBoots">Application starts that were not seen to complete.</param>
/// <param name="Link">Bit rate, retries, stray bytes by name; empty where there was no link.</param>
public sealed record RunClosing(
    Verdict Verdict,
    string? Reason,
    string Detail,
    string? Remedy,
    UnitState State,
    string? BackupSha256,
    TimeSpan Duration,
    int ShortBoots,
    IReadOnlyDictionary<string, long> Link);

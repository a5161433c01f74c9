namespace ProvisionStation.Records.Journal;

/// <summary>One backup of a unit, with what is known of the unit when it was taken.</summary>
/// <param name="Unit">Our own unit id.</param>
/// <param name="Run">The run that took it.</param>
/// <param name="Lot">That run's lot.</param>
/// <param name="StartedAt">When that run began, UTC.</param>
/// <param name="Verdict">How it ended; null while it is in progress.</param>
/// <param name="Sha256">The backup in the vault.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="FirmwareBefore">What the run found in the unit, in the words of its claim <c>firmware-before</c>; null where it ended before that.</param>
/// <param name="StateBefore">What the unit's earlier runs had left in its flash; untouched where none had changed it.</param>
/// <param name="IsOriginal">True for the one backup of a unit that holds what it was received with.</param>
public sealed record UnitBackup(
    Guid Unit,
    Guid Run,
    string Lot,
    DateTimeOffset StartedAt,
    Verdict? Verdict,
    string Sha256,
    long Bytes,
    string? FirmwareBefore,
    UnitState StateBefore,
    bool IsOriginal);

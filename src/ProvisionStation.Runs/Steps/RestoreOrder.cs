using ProvisionStation.Beken.Tuya;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Runs.Steps;

/// <summary>Which backup goes back into which unit, by a person's order. Its bytes are read from the vault before a slot gets power.</summary>
/// <param name="Backup">The backup as the journal names it.</param>
/// <param name="Marks">What the unit it was taken from is recognised by.</param>
/// <param name="Content">The whole flash, its hash checked.</param>
public sealed record RestoreOrder(UnitBackup Backup, UnitMarks Marks, byte[] Content)
{
    /// <summary>The claim of a run that writes a copy of another unit's backup: the hash of that backup.</summary>
    public const string ClonedFromClaim = "cloned-from";

    /// <summary>Null: only the unit the backup is of. Otherwise why another one may get it.</summary>
    public string? CloneReason { get; init; }

    /// <summary>True where a clone gets the vendor's identity and the home network too.</summary>
    public bool WithIdentity { get; init; }

    /// <summary>True: the RF sector and nothing else, for a unit that has lost it.</summary>
    public bool OnlyRfSector { get; init; }

    /// <summary>Who gave the order; null: nobody said.</summary>
    public string? Operator { get; init; }

    /// <summary>What is written into a unit: another one gets a copy without identity and personal data, unless the order says otherwise.</summary>
    /// <param name="unit">The unit in the slot.</param>
    public byte[] ContentFor(Guid unit) => IsOwn(unit) || WithIdentity ? Content : TuyaScrub.Scrub(Content);

    /// <summary>True where the backup is the unit's own.</summary>
    public bool IsOwn(Guid unit) => unit == Backup.Unit;
}

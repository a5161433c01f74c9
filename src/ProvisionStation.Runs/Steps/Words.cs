using ProvisionStation.Beken;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>The words records use for values of the chip.</summary>
internal static class Words
{
    public static string Of(FlashPurpose purpose) => purpose switch
    {
        FlashPurpose.Image => "image",
        FlashPurpose.Configuration => "configuration",
        FlashPurpose.VendorStore => "vendor-store",
        FlashPurpose.Restore => "restore",
        FlashPurpose.RfSector => "rf-sector",
        FlashPurpose.Unprotect => "unprotect",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };

    /// <summary>The unit's fault where its protection stays; null where the flash is open.</summary>
    public static StepOutcome? Of(ProtectionResult protection, UnitState state) => protection.IsOpen
        ? null
        : StepOutcome.Fail(
            "protected",
            $"the flash stays write-protected: status 0x{protection.After:X4}, before 0x{protection.Before:X4}",
            $"Put the unit in the red box: its flash is locked.{(state == UnitState.Untouched ? " Its code and data are as they were." : "")}");

    public static string? Of(KeyClass key) => key switch
    {
        KeyClass.Default => "default",
        KeyClass.Zero => "zero",
        KeyClass.Foreign => "foreign",
        _ => null,
    };

    /// <summary>The unit's fault in the flash, as reason and sentence.</summary>
    public static StepOutcome Of(FlashFault fault) => fault.Kind switch
    {
        FlashFaultKind.SectorNotErased => StepOutcome.Fail(
            "sector-not-erased",
            $"the flash at {fault.Address} reads 0x{fault.Read:X2} after erase, expected 0x{fault.Expected:X2}",
            "Put the unit in the red box: its flash does not erase."),
        FlashFaultKind.BitNotProgrammed => StepOutcome.Fail(
            "bit-not-programmed",
            $"the flash at {fault.Address} reads 0x{fault.Read:X2} after programming, expected 0x{fault.Expected:X2}",
            "Put the unit in the red box: its flash does not hold what is written."),
        FlashFaultKind.CrcMismatch => StepOutcome.Fail(
            "crc-mismatch",
            $"every sector reads back right, but the chip's own CRC from {fault.Address} on differs",
            "Retest the unit once; if it fails again, put it in the red box."),
        _ => StepOutcome.Fail(
            "protected",
            $"the loader refuses to erase or write at {fault.Address} with status {fault.Status}",
            "Put the unit in the red box: its flash is locked."),
    };
}

namespace ProvisionStation.Beken.Flash;

/// <summary>Where things lie in the flash of a chip that can be converted.</summary>
/// <param name="RfSector">Radio calibration and MAC. Never erased, never written.</param>
/// <param name="ConfigSector">OpenBeken's configuration.</param>
/// <param name="VendorStore">The vendor's key-value store, with the protected copy before it.</param>
public sealed record FlashLayout(FlashRange RfSector, FlashRange ConfigSector, FlashRange VendorStore)
{
    /// <summary>Nothing of ours writes below this address, on any chip: the boot loader lies there.</summary>
    public static readonly FlashAddress WriteFloor = new(0x11000);

    /// <summary>The layout of a chip; null where none is known.</summary>
    /// <remarks>Source: OpenBK7231T_App, src/hal/bk7231, and the SDKs' partition tables. N and M: RF 0x1D0000; T and the rest: 0x1E0000.</remarks>
    public static FlashLayout? Of(ChipModel model) => model switch
    {
        ChipModel.BK7231N or ChipModel.BK7231M => At(0x1D0000),
        ChipModel.BK7231T or ChipModel.BK7231U or ChipModel.BK7238 or ChipModel.BK7252 or ChipModel.BK7252N => At(0x1E0000),
        _ => null,
    };

    private static FlashLayout At(uint rf) => new(
        new FlashRange(new FlashAddress(rf), FlashAddress.SectorBytes),
        new FlashRange(new FlashAddress(rf + FlashAddress.SectorBytes), FlashAddress.SectorBytes),
        FlashRange.FromTo(0x1ED000, 0x200000));
}

namespace ProvisionStation.Simulator.Firmware;

/// <summary>What differs from chip to chip in flash (configuration sheet 1, 2.1, 7, 8; protocol sheet 1.3, 7.1).</summary>
/// <param name="Name">As OpenBeken's build names itself. M is built from N's sources and says BK7231N.</param>
/// <param name="Key">The key that this chip comes with.</param>
/// <param name="RfSector">Where OpenBeken looks for the RF sector.</param>
/// <param name="VendorRfSector">Where the vendor keeps it: elsewhere on the BK7238 only.</param>
/// <param name="ConfigSector">OpenBeken's configuration.</param>
/// <param name="Group">Default <c>mqtt_group</c>.</param>
/// <param name="Loader">Version text of the loader.</param>
/// <param name="LoaderCrc">Its known CRC-32; null where none is known (M).</param>
/// <param name="LoaderCrcBytes">Bytes under that CRC: 257 where the chip's CRC end is inclusive, else 256.</param>
/// <param name="Mark">The mark at raw 0x110 and logical 0x10100; empty where there is code.</param>
internal sealed record ChipFacts(
    string Name, SimKey Key, int RfSector, int VendorRfSector, int ConfigSector, string Group,
    string Loader, uint? LoaderCrc, int LoaderCrcBytes, string Mark)
{
    public const int FlashBytes = 0x200000;
    public const int SectorBytes = 0x1000;
    public const int LoaderBytes = 0x11000;
    public const uint ApplicationAddress = 0x10000;

    /// <summary>0x108700 logical bytes, as the loader's own partition table says: the trailer ends at 0x129F70.</summary>
    public const int PartitionGroups = 0x108700 / CodeGroups.CodeBytes;

    public static ChipFacts Of(SimChip chip) => chip switch
    {
        SimChip.N => new("BK7231N", SimKey.Default, 0x1D0000, 0x1D0000, 0x1D1000, "bekens_n", "BK7231N_1.0.1", 0xE14191BA, 257, "BK7231"),
        SimChip.M => new("BK7231N", SimKey.Zero, 0x1D0000, 0x1D0000, 0x1D1000, "bekens_n", "BK7231N_1.0.1", null, 257, "BK7231"),
        SimChip.T => new("BK7231T", SimKey.Default, 0x1E0000, 0x1E0000, 0x1E1000, "bekens_t", "BK7231S_1.0.5", 0xBA54C1B8, 256, ""),
        SimChip.U => new("BK7231U", SimKey.Zero, 0x1E0000, 0x1E0000, 0x1E1000, "bekens_u", "BK7231U_1.0.6", 0x2739019F, 256, ""),
        SimChip.Bk7238 =>
            new("BK7238", SimKey.Zero, 0x1E0000, 0x1E3000, 0x1E1000, "bekens_8s", "BK7238_1.0.14", 0x6BEB0924, 257, "BK7238"),
        SimChip.Bk7252 => new("BK7252", SimKey.Zero, 0x1E0000, 0x1E0000, 0x1E1000, "bekens_52s", "BK7252_0.1.3", 0x39F9B50C, 256, ""),
        _ => throw new ArgumentOutOfRangeException(nameof(chip)),
    };
}

using ProvisionStation.Simulator.Firmware;

namespace ProvisionStation.Simulator.Modules;

/// <summary>What sets one chip apart, as far as a wire or a meter can tell.</summary>
/// <param name="Chip">The chip.</param>
/// <param name="Word">Its word on the command line.</param>
/// <param name="IsFull">True for the mask ROM loader, false for the one in flash (fact sheet section 1.1).</param>
/// <param name="ChipId">Register 0x800000 (section 1.3); 0 where the loader reads no registers.</param>
/// <param name="BootVersion">Answer to 0x11; null where the loader does not know that command.</param>
/// <param name="Key">The key of its eFuse as modules are sold.</param>
/// <param name="RfAddress">The RF sector (section 7.1).</param>
/// <param name="UpMilliamperes">Mean current with the access point open (instruments sheet, section 4.2; an estimate).</param>
internal sealed record ModuleFacts(
    SimChip Chip, string Word, bool IsFull, uint ChipId, string? BootVersion, SimKey Key, uint RfAddress, double UpMilliamperes)
{
    private static readonly ModuleFacts[] Known =
    [
        new(SimChip.N, "n", true, 0x0007231C, null, SimKey.Default, 0x1D0000, 65),
        new(SimChip.T, "t", false, 0, "BK7231S_1.0.5", SimKey.Default, 0x1E0000, 95),
        new(SimChip.M, "m", true, 0x0007231C, null, SimKey.Zero, 0x1D0000, 65),
        new(SimChip.U, "u", false, 0, null, SimKey.Zero, 0x1E0000, 95),
        new(SimChip.Bk7238, "7238", true, 0x00007238, null, SimKey.Zero, 0x1E0000, 65),
        new(SimChip.Bk7252, "7252", false, 0, null, SimKey.Zero, 0x1E0000, 110),
    ];

    /// <summary>OpenBeken's configuration sector: the one behind the RF sector.</summary>
    public uint ConfigAddress => RfAddress + NorFlash.SectorBytes;

    public static ModuleFacts Of(SimChip chip) =>
        Array.Find(Known, facts => facts.Chip == chip) ?? throw new ArgumentOutOfRangeException(nameof(chip), chip, "unknown chip");

    /// <exception cref="FormatException">There is no such chip here.</exception>
    public static ModuleFacts Parse(string word) =>
        Array.Find(Known, facts => facts.Word == word)
        ?? throw new FormatException($"'{word}' is no chip; known: {string.Join(", ", Known.Select(facts => facts.Word))}");
}

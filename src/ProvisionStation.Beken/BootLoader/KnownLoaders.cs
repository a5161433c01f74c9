namespace ProvisionStation.Beken.BootLoader;

/// <summary>A loader told by the CRC of its first bytes.</summary>
internal sealed record KnownLoader(string Name, ChipModel Model, LoaderGeneration Generation);

/// <summary>The loaders that public tools know by CRC. An unknown one is common in the field and harmless.</summary>
internal static class KnownLoaders
{
    /// <summary>By standard CRC-32 of what the loader covers when asked for (0, 0x100). Source: bk7231tools, its table of boot loaders.</summary>
    private static readonly Dictionary<uint, KnownLoader> ByCrc = new()
    {
        [0xE14191BA] = new("BK7231N 1.0.1", ChipModel.BK7231N, LoaderGeneration.Full),
        [0xC1ECA871] = new("BK7231S 1.0.1", ChipModel.BK7231T, LoaderGeneration.Basic),
        [0x4B31E44D] = new("BK7231S 1.0.3", ChipModel.BK7231T, LoaderGeneration.Basic),
        [0xBA54C1B8] = new("BK7231S 1.0.5", ChipModel.BK7231T, LoaderGeneration.Basic),
        [0xE5CBC953] = new("BK7231S 1.0.6", ChipModel.BK7231T, LoaderGeneration.Basic),
        [0x2739019F] = new("BK7231U 1.0.6", ChipModel.BK7231U, LoaderGeneration.Basic),
        [0xF0231EF6] = new("BK7231Q", ChipModel.BK7231Q, LoaderGeneration.Basic),
        [0xFF5A3EAC] = new("BK7231Q (Tuya SDK)", ChipModel.BK7231Q, LoaderGeneration.Basic),
        [0x39F9B50C] = new("BK7252 0.1.3", ChipModel.BK7252, LoaderGeneration.Basic),
        [0xE3A27C26] = new("BK7252 SDK 2019-08", ChipModel.BK7252, LoaderGeneration.Basic),
        [0xF42F8C32] = new("T1 2.0.0", ChipModel.BK7238, LoaderGeneration.Full),
        [0x6BEB0924] = new("BK7238 1.0.14", ChipModel.BK7238, LoaderGeneration.Full),
    };

    public static KnownLoader? Find(uint crc) => ByCrc.GetValueOrDefault(crc);

    /// <summary>The chip that a BASIC loader's version string names, for example <c>BK7231S_1.0.5</c>.</summary>
    public static ChipModel ByVersion(string? version) => version switch
    {
        null => ChipModel.Unknown,
        _ when version.StartsWith("BK7231S", StringComparison.Ordinal) => ChipModel.BK7231T,
        _ when version.StartsWith("BK7231T", StringComparison.Ordinal) => ChipModel.BK7231T,
        _ when version.StartsWith("BK7231U", StringComparison.Ordinal) => ChipModel.BK7231U,
        _ when version.StartsWith("BK7231Q", StringComparison.Ordinal) => ChipModel.BK7231Q,
        _ when version.StartsWith("BK7252", StringComparison.Ordinal) => ChipModel.BK7252,
        _ => ChipModel.Unknown,
    };

    /// <summary>The chip of a FULL loader's chip id register. N and M share one; the key tells them apart.</summary>
    /// <remarks>Source: bk7231tools and BK7231GUIFlashTool, their chip id tables.</remarks>
    public static ChipModel ByChipId(uint chipId, KeyClass key) => chipId switch
    {
        0x0007231C => key == KeyClass.Zero ? ChipModel.BK7231M : ChipModel.BK7231N,
        0x00007238 => ChipModel.BK7238,
        0x0007252A => ChipModel.BK7252N,
        0x00007236 => ChipModel.BK7236,
        _ => ChipModel.Unknown,
    };
}

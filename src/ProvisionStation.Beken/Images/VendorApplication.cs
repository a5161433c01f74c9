using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Images;

/// <summary>What a unit's own application tells, read from its backup.</summary>
public static class VendorApplication
{
    /// <summary>The key class with which the application's first blocks unscramble and its CRC-16 groups hold; <see cref="KeyClass.NotReadable"/>
    /// where there is no whole application.</summary>
    /// <remarks><see cref="KeyClass.Foreign"/> where the groups hold, but neither known key gives the ARM vector table.</remarks>
    public static KeyClass KeyClassOf(ReadOnlySpan<byte> backup) => ApplicationCode.KeyClassOf(Application(backup));

    /// <summary>OpenBeken's version where the unit already runs it; null otherwise.</summary>
    public static string? OpenBekenVersion(ReadOnlySpan<byte> backup)
    {
        ReadOnlySpan<byte> application = Application(backup);
        KeyClass key = ApplicationCode.KeyClassOf(application);
        if (key is not (KeyClass.Default or KeyClass.Zero))
            return null;
        var code = new ApplicationCode(application[..ImageRecognition.ApplicationBytes(application)], key);
        return code.NamedChip is null ? null : code.Version;
    }

    private static ReadOnlySpan<byte> Application(ReadOnlySpan<byte> backup) =>
        backup.Length > FlashLayout.WriteFloor.Value ? backup[(int)FlashLayout.WriteFloor.Value..] : default;
}

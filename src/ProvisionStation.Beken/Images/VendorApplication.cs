namespace ProvisionStation.Beken.Images;

/// <summary>What a unit's own application tells, read from its backup.</summary>
public static class VendorApplication
{
    /// <summary>The key class with which the application's first blocks unscramble and its CRC-16 groups hold; <see cref="KeyClass.NotReadable"/>
    /// where there is no whole application.</summary>
    public static KeyClass KeyClassOf(ReadOnlySpan<byte> backup) => throw new NotImplementedException();

    /// <summary>OpenBeken's version where the unit already runs it; null otherwise.</summary>
    public static string? OpenBekenVersion(ReadOnlySpan<byte> backup) => throw new NotImplementedException();
}

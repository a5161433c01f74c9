namespace ProvisionStation.Beken.Tuya;

/// <summary>How sure it is that a pin does what the map says.</summary>
public enum PinConfidence
{
    /// <summary>A guess, a damaged text or a contradiction: a person must approve the key by name.</summary>
    Unknown,

    /// <summary>A rule on which the public tools differ, or a text without its own checksum: a person must approve.</summary>
    Likely,

    /// <summary>A rule on which the public tools agree, from a text whose checksums are all right.</summary>
    Certain,
}

namespace ProvisionStation.Beken.Images;

/// <summary>What a firmware file holds, told by content and length, never by its name.</summary>
public enum ImageKind
{
    /// <summary>Boot loader and application, from address 0.</summary>
    Qio,

    /// <summary>The application alone, from 0x11000.</summary>
    Ua,

    /// <summary>A whole flash, from address 0 to its end.</summary>
    FullDump,
}

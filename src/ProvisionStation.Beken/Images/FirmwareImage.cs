using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Images;

/// <summary>A firmware file, recognised and hashed. A value: nothing is open.</summary>
public sealed class FirmwareImage
{
    /// <summary>What the file holds.</summary>
    public ImageKind Kind => throw new NotImplementedException();

    /// <summary>The chip the application is made for.</summary>
    public ChipModel Chip => throw new NotImplementedException();

    /// <summary>The key class the application is scrambled with.</summary>
    public KeyClass Key => throw new NotImplementedException();

    /// <summary>OpenBeken's version as read out of the unscrambled application; null where it was not found.</summary>
    public string? Version => throw new NotImplementedException();

    /// <summary>SHA-256 of the whole file, lower-case hex.</summary>
    public string Sha256 => throw new NotImplementedException();

    /// <summary>Length of the file in bytes.</summary>
    public long FileBytes => throw new NotImplementedException();

    /// <summary>What is erased and written: from 0x11000 on, whole sectors (law 3).</summary>
    public FlashRange WriteRange => throw new NotImplementedException();

    /// <summary>The bytes for <see cref="WriteRange"/>, padded with 0xFF to whole sectors.</summary>
    public ReadOnlyMemory<byte> WriteContent => throw new NotImplementedException();

    /// <summary>Reads and recognises a file.</summary>
    /// <exception cref="ImageException">Missing, empty, too large, or not an image this station knows.</exception>
    public static FirmwareImage Load(string path) => throw new NotImplementedException(path);

    /// <summary>Recognises bytes.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">The name errors use.</param>
    /// <exception cref="ImageException">Not an image this station knows.</exception>
    public static FirmwareImage Recognise(ReadOnlyMemory<byte> content, string name) => throw new NotImplementedException(name);
}

using System.Security.Cryptography;
using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Images;

/// <summary>A firmware file, recognised and hashed. A value: nothing is open.</summary>
/// <remarks>
/// A QIO's first 0x11000 bytes, the boot loader, are never written (law 3). For an M that matters twice: its release holds the N's
/// loader, scrambled with a key that an M does not have, and would brick it.
/// </remarks>
public sealed class FirmwareImage
{
    private FirmwareImage(ReadOnlyMemory<byte> file, ReadOnlyMemory<byte> application, ImageKind kind, ChipModel chip, ApplicationCode code)
    {
        (Kind, Chip, Key, Version) = (kind, chip, code.Key, code.Version);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        FileBytes = file.Length;
        byte[] content = new byte[(application.Length + FlashAddress.SectorBytes - 1) / FlashAddress.SectorBytes * FlashAddress.SectorBytes];
        content.AsSpan(application.Length).Fill(0xFF);
        application.CopyTo(content);
        WriteContent = content;
        WriteRange = new FlashRange(FlashLayout.WriteFloor, (uint)content.Length);
    }

    /// <summary>What the file holds.</summary>
    public ImageKind Kind { get; }

    /// <summary>The chip the application is made for.</summary>
    public ChipModel Chip { get; }

    /// <summary>The key class the application is scrambled with.</summary>
    public KeyClass Key { get; }

    /// <summary>OpenBeken's version as read out of the unscrambled application; null where it was not found.</summary>
    public string? Version { get; }

    /// <summary>SHA-256 of the whole file, lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>Length of the file in bytes.</summary>
    public long FileBytes { get; }

    /// <summary>What is erased and written: from 0x11000 on, whole sectors (law 3). Never reaches the RF sector.</summary>
    public FlashRange WriteRange { get; }

    /// <summary>The bytes for <see cref="WriteRange"/>, padded with 0xFF to whole sectors.</summary>
    public ReadOnlyMemory<byte> WriteContent { get; }

    /// <summary>Reads and recognises a file.</summary>
    /// <exception cref="ImageException">Missing, empty, too large, or not an image this station knows.</exception>
    public static FirmwareImage Load(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > ImageFile.MostBytes)
                throw ImageFile.TooLarge(path, file.Length);
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return Recognise(content, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImageException($"{path} cannot be read: {fault.Message}", "Check the path and its permissions, or download the image again.", fault);
        }
    }

    /// <summary>A unit's backup as what is written: from 0x11000 to the RF sector, whatever application it holds.</summary>
    /// <param name="backup">The whole flash.</param>
    /// <param name="chip">The chip it was taken from, which has a known layout.</param>
    public static FirmwareImage OfBackup(ReadOnlyMemory<byte> backup, ChipModel chip)
    {
        FlashLayout layout = FlashLayout.Of(chip) ?? throw new ArgumentException($"no layout of a {chip} is known", nameof(chip));
        ReadOnlyMemory<byte> application = backup[(int)FlashLayout.WriteFloor.Value..(int)layout.RfSector.Start.Value];
        return new FirmwareImage(backup, application, ImageKind.FullDump, chip, new ApplicationCode(application.Span, ApplicationCode.KeyClassOf(application.Span)));
    }

    /// <summary>Recognises bytes.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="name">The name errors use.</param>
    /// <exception cref="ImageException">Not an image this station knows.</exception>
    public static FirmwareImage Recognise(ReadOnlyMemory<byte> content, string name)
    {
        ImageFile.RefuseOthers(content.Span, name);
        (ImageKind kind, KeyClass key) = ImageRecognition.KindOf(content.Span, name);
        ReadOnlyMemory<byte> application = kind == ImageKind.Ua ? content : content[(int)FlashLayout.WriteFloor.Value..];
        if (kind == ImageKind.FullDump)
            application = ImageRecognition.RequireApplication(application, name);
        else
            ImageRecognition.RequireSound(application.Span, kind, name);
        var code = new ApplicationCode(application.Span, key);
        ChipModel chip = ImageRecognition.ChipOf(code, kind == ImageKind.Ua ? default : content.Span, name);
        ImageRecognition.RequireEnd(application.Span, kind, chip, name);
        var image = new FirmwareImage(content, application, kind, chip, code);
        ImageRecognition.RequireRoom(image, name);
        return image;
    }
}

namespace ProvisionStation.Beken.Images;

/// <summary>Refuses files that are something else, each by its name, so that the operator knows what was picked up.</summary>
internal static class ImageFile
{
    /// <summary>The largest flash there is for these chips, in bytes. Source: the flash table, 16 MiB at most.</summary>
    public const int MostBytes = 16 << 20;

    private const string UseQio = "Use the release's QIO file, for example OpenBK7231N_QIO_1.18.299.bin.";

    private static readonly (byte[] Magic, string What)[] Others =
    [
        ("RBL\0"u8.ToArray(), "an OTA package (RBL): compressed, only for updates over the air"),
        ([0x55, 0xAA, 0x55, 0xAA], "a Tuya OTA package (UG): only for updates over the air"),
        ([0x1F, 0x8B], "a gzip archive"),
        ("PK\x03\x04"u8.ToArray(), "a zip archive"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "an ELF program, not a flash image"),
        ("<"u8.ToArray(), "a web page, probably an error page saved in the image's place"),
    ];

    /// <summary>Throws where the bytes cannot be an image at all.</summary>
    /// <exception cref="ImageException">With what it is instead.</exception>
    public static void RefuseOthers(ReadOnlySpan<byte> content, string name)
    {
        if (content.Length == 0)
            throw Refused(name, "is empty");
        if (content.Length > MostBytes)
            throw TooLarge(name, content.Length);
        foreach ((byte[] magic, string what) in Others)
        {
            if (content.StartsWith(magic))
                throw Refused(name, $"is {what}");
        }

        if (!content.ContainsAnyExcept(content[0]))
            throw Refused(name, $"holds nothing but 0x{content[0]:X2}");
    }

    public static ImageException TooLarge(string name, long bytes) =>
        Refused(name, $"has {bytes} bytes, more than any flash these chips carry ({MostBytes})");

    /// <param name="name">The file.</param>
    /// <param name="what">What is wrong, as a predicate.</param>
    /// <param name="inner">What the system said.</param>
    public static ImageException Refused(string name, string what, Exception? inner = null) => new($"{name} {what}.", UseQio, inner);
}

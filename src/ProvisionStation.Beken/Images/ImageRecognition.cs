using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Images;

/// <summary>Tells what a file is by its content and length, and refuses what is damaged, cut off or contradicts itself.</summary>
internal static class ImageRecognition
{
    /// <summary>Whole flashes: 2, 4, 8 and 16 MiB. Source: the flash table; OpenBeken needs 2 MiB at least.</summary>
    private static readonly int[] FlashBytes = [0x200000, 0x400000, 0x800000, 0x1000000];

    /// <summary>Lengths of release files. Source: OpenBK7231T_App's build scripts and ltchiptool, which knows the files by them.</summary>
    private const int QioBytesN = 1220464;
    private const int QioBytesT = 0x100000;

    private const int LoaderMarkOffset = 0x110;
    private static readonly int Floor = (int)FlashLayout.WriteFloor.Value;

    /// <summary>The kind, and the key its application is scrambled with.</summary>
    /// <exception cref="ImageException">No application at either place, or a key no image is known for.</exception>
    public static (ImageKind Kind, KeyClass Key) KindOf(ReadOnlySpan<byte> content, string name)
    {
        bool wholeFlash = FlashBytes.Contains(content.Length);
        if (content.Length > Floor && ApplicationCode.KeyByVectors(content[Floor..]) is { } key)
            return (wholeFlash ? ImageKind.FullDump : ImageKind.Qio, key);
        if (ApplicationCode.KeyByVectors(content) is { } ownKey)
        {
            return !wholeFlash
                ? (ImageKind.Ua, ownKey)
                : throw ImageFile.Refused(name, "is a whole flash that was read from 0x11000 instead of 0, so that everything in it is shifted");
        }

        bool isCode = ApplicationCode.KeyClassOf(content) == KeyClass.Foreign
            || (content.Length > Floor && ApplicationCode.KeyClassOf(content[Floor..]) == KeyClass.Foreign);
        string why = isCode
            ? "is scrambled with a vendor's own key, which no unit that is converted here has"
            : wholeFlash ? "is as long as a whole flash but holds no application at 0x11000" : "is not a firmware image for a BK7231";
        throw ImageFile.Refused(name, why);
    }

    /// <summary>How much of a whole flash from 0x11000 on is application: up to the last sound group, and never as far as an RF sector.</summary>
    public static int ApplicationBytes(ReadOnlySpan<byte> flash)
    {
        uint most = FlashLayout.Of(ChipModel.BK7231N)!.RfSector.Start.Value - FlashLayout.WriteFloor.Value;
        int end = CodeGroups.FirstUnsound(flash[..(int)Math.Min(flash.Length, most)]);
        while (end > 0 && CodeGroups.IsBlank(flash.Slice(end - CodeGroups.GroupBytes, CodeGroups.GroupBytes)))
            end -= CodeGroups.GroupBytes;
        return end;
    }

    /// <summary>The application in a whole flash, from 0x11000 on.</summary>
    /// <exception cref="ImageException">Its first group is damaged.</exception>
    public static ReadOnlyMemory<byte> RequireApplication(ReadOnlyMemory<byte> flash, string name)
    {
        int bytes = ApplicationBytes(flash.Span);
        return bytes > 0 ? flash[..bytes] : throw ImageFile.Refused(name, $"is a whole flash whose application is damaged at 0x{Floor:X}");
    }

    /// <summary>Every group of the application sound, and nothing behind the last one.</summary>
    /// <exception cref="ImageException">With the file's offset of the first group that is not.</exception>
    public static void RequireSound(ReadOnlySpan<byte> application, ImageKind kind, string name)
    {
        int start = kind == ImageKind.Ua ? 0 : Floor;
        int end = CodeGroups.FirstUnsound(application);
        if (application.Length - end >= CodeGroups.GroupBytes)
            throw ImageFile.Refused(name, $"is damaged: the CRC-16 of the code at file offset 0x{start + end:X} is wrong");
        if (!HasReleaseLength(application, kind) && !CodeGroups.IsBlank(application[end..]))
            throw ImageFile.Refused(name, $"is cut off: it ends inside a group of code at file offset 0x{start + end:X}");
    }

    /// <summary>A QIO for a chip that is converted is as long as a release is, or ends in the packager's trailer.</summary>
    /// <remarks>A file that was cut off between two groups would pass every CRC-16. A UA has neither length nor trailer to tell by.</remarks>
    public static void RequireEnd(ReadOnlySpan<byte> application, ImageKind kind, ChipModel chip, string name)
    {
        bool isTold = kind == ImageKind.Qio && (chip is ChipModel.BK7231N or ChipModel.BK7231M or ChipModel.BK7231T);
        if (!isTold || HasReleaseLength(application, kind) || RblTrailer.EndsWithOne(application))
            return;
        int end = Floor + application.TrimEnd((byte)0xFF).Length;
        throw ImageFile.Refused(
            name, $"is cut off: its code ends at 0x{end:X} without a trailer; a release has {QioBytesN} (N, M) or {QioBytesT} (T) bytes");
    }

    private static bool HasReleaseLength(ReadOnlySpan<byte> application, ImageKind kind) =>
        kind == ImageKind.Qio && Floor + application.Length is QioBytesN or QioBytesT;

    /// <summary>The chip, where mark, names, key and loader agree.</summary>
    /// <param name="code">The application.</param>
    /// <param name="file">The whole file where it begins with a loader; empty otherwise.</param>
    /// <param name="name">The file.</param>
    public static ChipModel ChipOf(ApplicationCode code, ReadOnlySpan<byte> file, string name)
    {
        ChipModel? marked = code.MarkedChip;
        string? named = code.NamedChip;
        // Both the N's name and the M's own are taken for an M: it is an N build with a zero key.
        bool agree = named is null || marked?.ToString() == named || (marked == ChipModel.BK7231M && named == nameof(ChipModel.BK7231N));
        if (marked is { } chip)
            return agree ? chip : throw Contradiction($"its start-up code is made for {chip}, its strings for {named}");
        if (named is not null)
        {
            if (named is nameof(ChipModel.BK7231N) or nameof(ChipModel.BK7231M) or nameof(ChipModel.BK7238))
                throw Contradiction($"its strings name {named}, but its start-up code has no such mark");
            return Enum.TryParse(named, out ChipModel model) ? model : throw ImageFile.Refused(name, $"is made for {named}, a chip this station does not know");
        }

        // T's start-up code has no mark. An N's loader before it would be no T's file.
        bool loaderOfN = file.Length > LoaderMarkOffset + 8 && file.Slice(LoaderMarkOffset, 6).SequenceEqual("BK7231"u8);
        return code.Key == KeyClass.Default && !loaderOfN ? ChipModel.BK7231T : throw Contradiction("nothing in it tells which chip it is made for");

        ImageException Contradiction(string why) => ImageFile.Refused(name, $"cannot be trusted: {why}");
    }

    /// <summary>The image must end before the RF sector.</summary>
    public static void RequireRoom(FirmwareImage image, string name)
    {
        FlashRange rf = (FlashLayout.Of(image.Chip) ?? FlashLayout.Of(ChipModel.BK7231N)!).RfSector;
        if (image.WriteRange.End > rf.Start)
            throw ImageFile.Refused(name, $"is too long: it would reach to {image.WriteRange.End}, over the RF sector at {rf.Start}");
    }
}

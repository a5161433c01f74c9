using ProvisionStation.Beken.Images;
using ProvisionStation.Bench;

namespace ProvisionStation.Commands;

/// <summary>A dump that a person gives: read whole, never more than a flash holds.</summary>
internal static class DumpFile
{
    private const int MostBytes = 16 << 20;
    private static readonly long[] FlashBytes = [2 << 20, 4 << 20, 8 << 20, 16 << 20];

    /// <summary>The file's bytes.</summary>
    /// <exception cref="ConfigurationException">Missing, empty or too large.</exception>
    public static async Task<byte[]> ReadAsync(string file, CancellationToken cancel)
    {
        FileInfo info = new(file);
        if (!info.Exists)
            throw Problem("there is no such file", "Give a file that exists.");
        if (info.Length is 0 or > MostBytes)
            throw Problem($"{info.Length} bytes are no dump", $"Give a dump of a unit's flash, at most {MostBytes} bytes.");
        return await File.ReadAllBytesAsync(file, cancel);

        ConfigurationException Problem(string what, string remedy) => new(file, null, null, what, remedy);
    }

    /// <summary>True for a file as long as a whole flash.</summary>
    public static bool IsWholeFlash(string file) => new FileInfo(file) is { Exists: true } info && FlashBytes.Contains(info.Length);

    /// <summary>What the application in a whole flash is; null with the reason where it is none that this station knows.</summary>
    public static (FirmwareImage? Image, string? Why) Application(byte[] dump, string file)
    {
        try
        {
            return (FirmwareImage.Recognise(dump, file), null);
        }
        catch (ImageException e)
        {
            return (null, e.Message);
        }
    }
}

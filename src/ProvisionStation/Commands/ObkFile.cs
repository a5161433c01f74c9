using System.CommandLine;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary>A file with a configuration in it: the struct, its sector, or a dump of the whole flash.</summary>
/// <param name="Content">The whole file.</param>
/// <param name="Offset">Where the configuration begins, in bytes from the start of the file.</param>
/// <param name="Config">The configuration.</param>
/// <param name="Found">What the firmware would see.</param>
internal sealed record ObkFile(byte[] Content, int Offset, ObkConfig Config, ObkDecoded Found)
{
    private const long MostBytes = 16 << 20;
    private const string Remedy = "Give a configuration struct, its sector, or a dump of the whole flash.";

    /// <summary>The option that says which chip a configuration is of.</summary>
    public static Option<ChipModel> Chip() => new("--chip")
    {
        Description = "The chip it was found on; left out: told by its names or its place.",
        HelpName = "BK7231N|BK7231T|…",
    };

    /// <summary>Reads a file and finds the configuration in it.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or the firmware's own checks refuse what is in it.</exception>
    public static async Task<ObkFile> ReadAsync(string file, ChipModel chip, CancellationToken cancel)
    {
        FileInfo info = new(file);
        if (!info.Exists)
            throw new ConfigurationException(file, null, null, "there is no such file", "Give a file that exists.");
        if (info.Length is 0 or > MostBytes)
            throw new ConfigurationException(
                file, null, null, $"{info.Length} bytes are no configuration and no flash", $"Give a file of 1 to {MostBytes} bytes.");
        byte[] content = await File.ReadAllBytesAsync(file, cancel);
        (int offset, ObkDecoded found) = content.Length <= FlashAddress.SectorBytes
            ? (0, ObkConfigCodec.Decode(content, chip))
            : ObkDump.Find(content, chip) is { } dump
                ? (dump.Offset, dump.Found)
                : (0, new ObkDecoded(null, "there is no configuration where the chips keep it", null, false));
        return found.Config is { } config
            ? new ObkFile(content, offset, config, found)
            : throw new ConfigurationException(file, null, null, found.Rejection ?? "there is no configuration", Remedy);
    }

    /// <summary>Says on stderr what the firmware would do to it, without stopping.</summary>
    public async Task WarnAsync(string file)
    {
        if (Found.Warning is { } warning)
            await Console.Error.WriteLineAsync($"warning: {Printable.Of(file)}: {warning}");
        await WarnAsync(file, ObkConfigCodec.Check(Config));
    }

    /// <summary>Says on stderr what is wrong with a configuration.</summary>
    public static async Task WarnAsync(string file, IEnumerable<ObkProblem> problems)
    {
        foreach (ObkProblem problem in problems)
            await Console.Error.WriteLineAsync($"warning: {Printable.Of(file)}: {Sentence.Of($"{problem.Field}: {problem.What}", problem.Remedy)}");
    }
}

using System.CommandLine;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;

namespace ProvisionStation.Commands;

/// <summary><c>obk decode</c>: a configuration as JSON, from a struct, a sector or a whole flash.</summary>
internal static class ObkDecodeCommand
{
    private const long MostBytes = 16 << 20;

    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "A configuration struct, its sector, or a dump of the whole flash." };
        Option<bool> secrets = new("--show-secrets") { Description = "Show passwords instead of ***; needed to encode it again." };
        Option<ChipModel> chip = new("--chip")
        {
            Description = "The chip it was found on; left out: told by its names or its place.",
            HelpName = "BK7231N|BK7231T|…",
        };
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand("decode", "Print an OpenBeken configuration as JSON.", "obk decode config.bin")
        {
            file, secrets, chip, json,
        };
        command.SetAction((parsed, cancel) => DecodeAsync(
            parsed.GetValue(file)!, parsed.GetValue(chip), parsed.GetValue(secrets), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> DecodeAsync(string file, ChipModel chip, bool showSecrets, bool oneLine, CancellationToken cancel)
    {
        byte[] content = await ReadAsync(file, cancel);
        ObkDecoded found = content.Length <= FlashAddress.SectorBytes ? ObkConfigCodec.Decode(content, chip) : InDump(content, chip);
        if (found is not { Config: { } config, Version: { } version })
            throw new ConfigurationException(
                file, null, null, found.Rejection ?? "there is no configuration",
                "Give a configuration struct, its sector, or a dump of the whole flash.");
        Console.WriteLine(
            oneLine ? ObkJson.ToNode(config, version, showSecrets).ToJsonString() : ObkJson.Write(config, version, showSecrets));
        return (int)ExitCode.Passed;
    }

    /// <summary>In a whole flash the chips keep it in different places; where the chip is not given, the first place that holds
    /// one.</summary>
    private static ObkDecoded InDump(byte[] dump, ChipModel chip)
    {
        ObkDecoded found = new(null, "there is no configuration where the chips keep it", null, false);
        foreach (ChipModel model in chip == ChipModel.Unknown ? [ChipModel.BK7231N, ChipModel.BK7231T] : new[] { chip })
        {
            if (FlashLayout.Of(model) is not { ConfigSector: var sector } || sector.End.Value > dump.Length)
                continue;
            found = ObkConfigCodec.Decode(dump.AsSpan((int)sector.Start.Value, (int)sector.LengthBytes), chip);
            if (found.Config is not null)
                return found;
        }

        return found;
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancel)
    {
        FileInfo info = new(file);
        if (!info.Exists)
            throw new ConfigurationException(file, null, null, "there is no such file", "Give a file that exists.");
        if (info.Length > MostBytes)
            throw new ConfigurationException(
                file, null, null, $"{info.Length} bytes are more than any flash holds", $"Give a file of at most {MostBytes} bytes.");
        return await File.ReadAllBytesAsync(file, cancel);
    }
}

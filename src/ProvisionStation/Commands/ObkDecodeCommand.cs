using System.CommandLine;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Commands;

/// <summary><c>obk decode</c>: a configuration as JSON, from a struct, a sector or a whole flash.</summary>
internal static class ObkDecodeCommand
{
    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "A configuration struct, its sector, or a dump of the whole flash." };
        Option<bool> secrets = new("--show-secrets") { Description = "Show passwords instead of ***; needed to encode it again." };
        Option<ChipModel> chip = ObkFile.Chip();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand("decode", "Print an OpenBeken configuration as JSON.", "obk decode config.bin")
        {
            file, secrets, chip, json,
        };
        command.SetAction((parsed, cancel) => DecodeAsync(
            parsed.GetValue(file)!, parsed.GetValue(chip), parsed.GetValue(secrets), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> DecodeAsync(string path, ChipModel chip, bool showSecrets, bool oneLine, CancellationToken cancel)
    {
        ObkFile file = await ObkFile.ReadAsync(path, chip, cancel);
        await file.WarnAsync(path);
        int version = file.Found.Version ?? ObkConfig.CurrentVersion;
        Console.WriteLine(oneLine
            ? ObkJson.ToNode(file.Config, version, showSecrets, file.Found.Checksum).ToJsonString()
            : ObkJson.Write(file.Config, version, showSecrets, file.Found.Checksum));
        return (int)ExitCode.Passed;
    }
}

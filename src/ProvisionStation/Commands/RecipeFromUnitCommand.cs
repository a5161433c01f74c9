using System.CommandLine;
using System.Text;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Bench;

namespace ProvisionStation.Commands;

/// <summary><c>recipe from-unit</c>: a draft recipe from one unit's own backup.</summary>
internal static class RecipeFromUnitCommand
{
    private const int HashLetters = 64;

    public static Command Make()
    {
        Argument<string> unit = new("BACKUP|DUMP") { Description = "SHA-256 of a backup in the vault, or a dump file." };
        Option<string?> file = new("--out") { Description = "Write it there instead of to stdout.", HelpName = "FILE" };
        Option<bool> force = SharedOptions.Force();
        Option<string> data = SharedOptions.Data();
        Command command = new StationCommand(
            "from-unit", "Draft a recipe from a unit's own pin map, with a comment on every pin.", "recipe from-unit plug.bin --out config/recipes/plug.yaml")
        {
            unit, file, force, data,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string which = parsed.GetValue(unit)!;
            TuyaFindings found = TuyaExtraction.Extract(await ReadAsync(which, parsed.GetValue(data)!, cancel));
            string text = Runs.Recipes.RecipeDraft.Write(found, Path.GetFileName(which)) ?? throw new ConfigurationException(
                which, null, null, $"the unit's chip is {found.Chip}, which is not converted here", "Give a dump of a BK7231N, BK7231M or BK7231T.");
            if (parsed.GetValue(file) is { } target)
                await OutFile.WriteAsync(target, Encoding.UTF8.GetBytes(text), parsed.GetValue(force), cancel);
            else
                Console.Write(text);
            foreach (TuyaPin pin in found.Pins.Where(pin => pin.Confidence < PinConfidence.Certain))
                await Console.Error.WriteLineAsync($"warning: {PinWords.Of(pin)} is only {pin.Confidence.ToString().ToLowerInvariant()}: check it on a unit");
            return (int)ExitCode.Passed;
        });
        return command;
    }

    private static async Task<byte[]> ReadAsync(string which, string data, CancellationToken cancel)
    {
        bool isBackup = which.Length == HashLetters && which.All(char.IsAsciiHexDigit) && !File.Exists(which);
        return isBackup ? await DataFolder.OpenVault(data).ReadAsync(which.ToLowerInvariant(), cancel) : await DumpFile.ReadAsync(which, cancel);
    }
}

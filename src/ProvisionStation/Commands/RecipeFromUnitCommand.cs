using System.CommandLine;
using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Bench;
using ProvisionStation.Live;
using ProvisionStation.Runs.Recipes;

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
        Option<string?> key = SharedOptions.VaultKey();
        Command command = new StationCommand(
            "from-unit", "Draft a recipe from a unit's own pin map, with a comment on every pin.", "recipe from-unit plug.bin --out config/recipes/plug.yaml")
        {
            unit, file, force, data, key,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string which = parsed.GetValue(unit)!;
            var dump = UnitDump.Of(await ReadAsync(which, parsed.GetValue(data)!, parsed.GetValue(key), cancel), which);
            string text = RecipeDraft.Write(dump.Store, dump.Obk?.Config, Path.GetFileName(which)) ?? throw NotConverted(which, dump.Chip);
            if (parsed.GetValue(file) is { } target)
                await OutFile.WriteAsync(target, Encoding.UTF8.GetBytes(text), parsed.GetValue(force), cancel);
            else
                Console.Write(text);
            foreach (string warning in Warnings(dump))
                await Console.Error.WriteLineAsync($"warning: {Printable.Of(warning)}");
            return (int)ExitCode.Passed;
        });
        return command;
    }

    private static IEnumerable<string> Warnings(UnitDump unit)
    {
        if (unit.HasObkPins)
        {
            yield return "the pins are those of the OpenBeken configuration on the unit, which comes before the vendor's store: somebody set them, check them on a unit";
            yield break;
        }

        foreach (TuyaPin pin in unit.Store.Pins.Where(pin => pin.Confidence < PinConfidence.Certain))
            yield return $"{PinWords.Of(pin)} is only {pin.Confidence.ToString().ToLowerInvariant()}: check it on a unit";
        foreach (TuyaDoubt doubt in unit.Store.StartupDoubts)
            yield return doubt.Why;
        if (!unit.Store.Pins.Any(pin => pin.Confidence > PinConfidence.Unknown))
            yield return $"the draft gives no pin{(unit.Taken.Unreadable is { } why ? $": {why}" : "")}";
    }

    private static ConfigurationException NotConverted(string which, ChipModel chip) => new(
        which, null, null, chip == ChipModel.Unknown ? "nothing in it tells the unit's chip" : $"the unit's chip is {chip}, which is not converted here",
        "Give a dump of a BK7231N, BK7231M or BK7231T.");

    private static async Task<byte[]> ReadAsync(string which, string data, string? key, CancellationToken cancel)
    {
        bool isBackup = which.Length == HashLetters && which.All(char.IsAsciiHexDigit) && !File.Exists(which);
        return isBackup ? await DataFolder.OpenVault(data, key).ReadAsync(which.ToLowerInvariant(), cancel) : await DumpFile.ReadAsync(which, cancel);
    }
}

using System.CommandLine;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Bench;

namespace ProvisionStation.Commands;

/// <summary><c>tuya scrub</c>: a copy of a dump that may be shown to others.</summary>
internal static class TuyaScrubCommand
{
    public static Command Make()
    {
        Argument<string> source = new("FILE") { Description = "A dump of a unit's flash, or the part of one that holds the store." };
        Option<string> file = SharedOptions.Out("Where to write the copy.");
        Option<bool> force = SharedOptions.Force();
        Command command = new StationCommand(
            "scrub", "Write a copy without personal data and vendor keys that still gives the same pin map.", "tuya scrub plug.bin --out shared.bin")
        {
            source, file, force,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string path = parsed.GetValue(source)!;
            byte[] dump = await DumpFile.ReadAsync(path, cancel);
            TuyaFindings before = UnitDump.Of(dump, path).Store;
            string target = parsed.GetValue(file)!;
            OutFile.Require(target, parsed.GetValue(force));
            byte[] copy = TuyaScrub.Scrub(dump);
            TuyaFindings after = TuyaExtraction.Extract(copy);
            if (before.PinMapText != after.PinMapText)
            {
                throw new ConfigurationException(
                    path, null, null, "the copy would give another pin map, so the file holds more than one store or one in pieces",
                    "Cut out the flash of one unit and try again.");
            }

            if (after.PersonalData.Count > 0)
            {
                throw new ConfigurationException(
                    path, null, null, $"the copy would still hold {string.Join(", ", after.PersonalData)}", "Do not hand the file on.");
            }

            await OutFile.WriteAsync(target, copy, parsed.GetValue(force), cancel);
            foreach (string entry in before.PersonalData)
                await Console.Error.WriteLineAsync($"taken out: {entry}");
            await Console.Error.WriteLineAsync(
                $"{target}: {copy.Length} bytes, pins: {after.PinMapText ?? "none"}. For support only: it cannot restore the unit.");
            return (int)ExitCode.Passed;
        });
        return command;
    }
}

using System.CommandLine;

namespace ProvisionStation.Commands;

/// <summary><c>tuya extract</c>: what the vendor's store in a dump tells, pins first of all; never the value of a secret.</summary>
internal static class TuyaExtractCommand
{
    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "A dump of a unit's flash, or the part of one that holds the store." };
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "extract", "Read the vendor's store and show the unit's own pin map. Personal data is named, never shown.", "tuya extract plug.bin")
        {
            file, json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string path = parsed.GetValue(file)!;
            var unit = UnitDump.Of(await DumpFile.ReadAsync(path, cancel), path);
            if (parsed.GetValue(json))
                Console.WriteLine(TuyaReport.ToJson(unit).ToJsonString());
            else
                TuyaReport.Write(unit);
            return (int)ExitCode.Passed;
        });
        return command;
    }
}

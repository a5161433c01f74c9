using System.CommandLine;
using ProvisionStation.Beken.Tuya;

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
            TuyaFindings found = TuyaExtraction.Extract(await DumpFile.ReadAsync(parsed.GetValue(file)!, cancel));
            if (parsed.GetValue(json))
                Console.WriteLine(TuyaReport.ToJson(found).ToJsonString());
            else
                TuyaReport.Write(found);
            return (int)ExitCode.Passed;
        });
        return command;
    }
}

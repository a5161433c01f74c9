using System.CommandLine;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary><c>jig check</c>: everything that can be wrong with a jig file, without touching its wires.</summary>
internal static class JigCheckCommand
{
    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "The jig file, or its folder." };
        Command command = new StationCommand("check", "Check a jig file; nothing is opened or switched.", "jig check jigs/virtual/jig.yaml")
        {
            file,
        };
        command.SetAction(parsed => Check(parsed.GetValue(file)!));
        return command;
    }

    private static int Check(string file)
    {
        Console.Error.WriteLine(LowVoltage.Warning);
        Jig jig = JigFile.Load(file);
        string supply = jig.Supply == JigSupply.FiveVolt ? "5 V" : "3.3 V";
        Console.WriteLine(Printable.Of($"OK: jig {jig.Name} revision {jig.Revision}: {jig.Slots.Count} slots at {supply}"));
        Columns.Write(
            Console.Out,
            ["SLOT", "PORT", "LOG", "POWER", "METER", "RESET"],
            jig.Slots.Select(slot => new[] { $"{slot.Number}", slot.Port, slot.Log, Of(slot.Power), Of(slot.Meter), Of(slot.Reset) }));
        return (int)ExitCode.Passed;
    }

    private static string? Of(JigDevice? device) =>
        device is null ? null : device.Use is { } use ? $"{use}:{device.Channel}" : device.Driver;
}

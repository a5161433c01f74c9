using System.CommandLine;
using System.Globalization;
using ProvisionStation.Demo;
using ProvisionStation.Hosting;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Commands;

/// <summary><c>demo</c>: the main job on a virtual bench, with the same code that works on a real one.</summary>
internal static class DemoCommand
{
    private const string Lot = "DEMO";
    private const int Slots = 4;
    private const int TimeScale = 10;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    public static Command Make(StopSignals signals)
    {
        Option<string?> data = new("--data")
        {
            Description = "Folder of records, backups and exports. Default: data/demo-YYYYMMDD-HHMMSS.",
            HelpName = "DIR",
        };
        Command command = new StationCommand(
            "demo", "Convert a crate of virtual plugs, some sick and one no plug at all, on a virtual bench; needs no hardware, file or argument.", "demo")
        {
            data,
        };
        command.SetAction(async (parsed, _) => (int)await ShowAsync(parsed.GetValue(data) ?? DefaultFolder(), signals));
        return command;
    }

    private static string DefaultFolder() => Path.Combine(
        "data", "demo-" + TimeProvider.System.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));

    private static async Task<ExitCode> ShowAsync(string data, StopSignals signals)
    {
        Console.WriteLine(
            $"Demo: {Crate.Units.Count} virtual plugs in {Slots} slots at time scale {TimeScale} (ten times faster than real ones); "
            + "no hardware is touched.");
        await Console.Error.WriteLineAsync(LowVoltage.Warning);
        DemoFolder folder = await DemoFolder.MakeAsync(data, signals.Token);
        StationOutcome outcome;
        Plantings plantings;
        await using (SimulatorProcess simulator = await SimulatorProcess.StartAsync(folder, Slots, TimeScale, signals.Token))
        {
            folder.WriteJig(simulator);
            plantings = new Plantings(simulator);
            StationOrder order = new(folder.Jig, folder.Recipe, Lot, "demo", Crate.Units.Count, Wait, data);
            await using Screen screen = new(TimeProvider.System);
            outcome = await StationHost.WorkAsync(
                order,
                screen,
                happened =>
                {
                    plantings.Tell(happened);
                    RunCommand.Tell(happened, screen, null);
                },
                signals);
            await plantings.SettleAsync();
        }

        LotSummary.Write(Console.Out, outcome, Lot, data);
        if (outcome.End == StationEnd.Stopped)
        {
            LotSummary.WritePower(Console.Out, outcome);
            return ExitCode.Interrupted;
        }

        foreach (string file in await ExportCommand.WriteAsync(
            Lot, ["csv", "json"], ExportCommand.DefaultFolder(data, Lot), data, signals.Token))
            Console.WriteLine($"Report: {Path.GetFullPath(file)}");
        return Judge(outcome, plantings, data);
    }

    private static ExitCode Judge(StationOutcome outcome, Plantings plantings, string data)
    {
        IReadOnlyList<string> differences = DemoJudge.Differences(plantings.Found(outcome.Runs));
        foreach (string difference in differences)
            Console.WriteLine($"Not as planted: {Printable.Of(difference)}");
        if (differences.Count == 0)
            Console.WriteLine($"As planted: {Crate.InWords}.");
        LotSummary.WriteNext(Console.Out, "units", "--lot", Lot, "--data", data);
        LotSummary.WritePower(Console.Out, outcome);
        bool benchFault = outcome.End != StationEnd.UnitsDone || outcome.Faults.Any(fault => fault.EndedAt is null)
            || outcome.Count(Verdict.Error) > 0;
        return differences.Count == 0 && !benchFault ? ExitCode.Passed : benchFault ? ExitCode.BenchFault : ExitCode.NotPassed;
    }
}

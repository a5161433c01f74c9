using System.CommandLine;
using ProvisionStation.Hosting;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Commands;

/// <summary><c>run</c>: works on a lot in the foreground, to an end.</summary>
internal static class RunCommand
{
    private const int DefaultWaitSeconds = 120;

    public static Command Make(StopSignals signals)
    {
        Option<string> jig = SharedOptions.Jig(), recipe = SharedOptions.Recipe();
        Option<string> lot = SharedOptions.NewLot(), data = SharedOptions.Data();
        Option<int?> units = SharedOptions.Number("--units", "End when so many units have a verdict.", "N", 1, 1_000_000);
        Option<int?> wait = SharedOptions.Number(
            "--wait",
            $"End with exit code 3 when no run is in progress and none was started for so long. Default: {DefaultWaitSeconds}.",
            "SECONDS",
            1,
            1_000_000);
        Option<string?> person = SharedOptions.Operator();
        Option<bool> approve = new("--approve-first")
        {
            Description = "Recipes with 'from: first-article': approve the first unit's pin map without asking, as far as it is certain.",
        };
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "run",
            "Convert the units of a lot, on every slot of a jig, until enough have a verdict or none comes any more.",
            "run --jig jigs/virtual --recipe config/recipes/cb2s-plug.yaml --lot L1 --units 20")
        {
            jig, recipe, lot, units, wait, person, approve, data, json,
        };
        command.SetAction(async (parsed, _) => (int)await WorkAsync(
            new StationOrder(
                parsed.GetValue(jig)!, parsed.GetValue(recipe)!, parsed.GetValue(lot)!, parsed.GetValue(person), parsed.GetValue(units),
                TimeSpan.FromSeconds(parsed.GetValue(wait) ?? DefaultWaitSeconds), parsed.GetValue(data)!)
            {
                ApprovesFirst = parsed.GetValue(approve),
            },
            parsed.GetValue(json),
            signals));
        return command;
    }

    /// <summary>Works, shows it, and says at the end what happened; <c>serve</c> does the same without an end of its own.</summary>
    public static async Task<ExitCode> WorkAsync(StationOrder order, bool json, StopSignals signals)
    {
        await Console.Error.WriteLineAsync(LowVoltage.Warning);
        StationOutcome outcome;
        await using (Screen screen = new(TimeProvider.System))
        await using (EventLines? events = json ? new EventLines(Console.Out, TimeProvider.System) : null)
        {
            outcome = await StationHost.WorkAsync(order, screen, happened => Tell(happened, screen, events), signals);
        }

        TextWriter talk = json ? Console.Error : Console.Out;
        LotSummary.Write(talk, outcome, order.Lot, order.DataFolder);
        LotSummary.WriteNext(talk, Next(outcome, order));
        LotSummary.WritePower(talk, outcome);
        return CodeOf(outcome);
    }

    /// <summary>Tells an event to people and scripts; never waits for either.</summary>
    public static void Tell(StationEvent happened, Screen screen, EventLines? events)
    {
        events?.Tell(happened);
        if (happened is RunFinished { Record.Closing.Verdict: var verdict })
            screen.Count(verdict);
        // On a terminal the live lines show the steps.
        if ((!screen.IsLive || happened is RunFinished) && EventText.Of(happened) is { } line)
            screen.Say(line);
    }

    private static string[] Next(StationOutcome outcome, StationOrder order) => outcome switch
    {
        { End: StationEnd.NoSlot } => ["ports"],
        { Runs.Count: 0 } => ["jig", "check", order.Jig],
        _ when outcome.Runs.Count == outcome.Count(Verdict.Pass) =>
            ["export", "--lot", order.Lot, "--format", "csv,json", "--data", order.DataFolder],
        _ => ["runs", "--lot", order.Lot, "--data", order.DataFolder],
    };

    internal static ExitCode CodeOf(StationOutcome outcome) => outcome switch
    {
        { End: StationEnd.Stopped } => ExitCode.Interrupted,
        { End: not StationEnd.UnitsDone } or { StillPowered.Count: > 0 } => ExitCode.BenchFault,
        // A fault that is over and cost no run has done no harm; one that cost a run left an ERROR.
        _ when outcome.Faults.Any(fault => fault.EndedAt is null) => ExitCode.BenchFault,
        _ when outcome.Count(Verdict.Error) > 0 => ExitCode.BenchFault,
        _ when outcome.Count(Verdict.Pass) < outcome.Runs.Count => ExitCode.NotPassed,
        _ => ExitCode.Passed,
    };
}

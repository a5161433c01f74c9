using System.Diagnostics;
using Microsoft.Extensions.Logging;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Runs.Telemetry;

namespace ProvisionStation.Runs.Channels;

/// <summary>Takes one unit through the recipe's steps, and closes the run whatever happens (law 4).</summary>
/// <param name="work">What every channel works with.</param>
/// <param name="agreement">What the units of the lot agree on.</param>
/// <param name="log">Where faults of the program go.</param>
/// <param name="steps">The steps by name; all of them where null. Tests put steps of their own in.</param>
internal sealed partial class UnitRunner(
    StationWork work, LotAgreement agreement, ILogger log, IReadOnlyDictionary<string, IStep>? steps = null)
{
    private static readonly TimeSpan LookAgainLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ManualPatience = TimeSpan.FromMinutes(15);

    private static readonly HashSet<string> AfterTheWrite = [RecipeSteps.Boot, RecipeSteps.Current, RecipeSteps.Log, RecipeSteps.Confirm];

    private static readonly Dictionary<string, IStep> AllSteps = new IStep[]
    {
        new PowerStep(), new LinkStep(), new IdentifyStep(), new BackupStep(), new WriteStep(), new VerifyStep(),
        new BootStep(), new CurrentStep(), new LogStep(), new ConfigureStep(), new ConfirmStep(),
    }.ToDictionary(step => step.Name);

    private static readonly Dictionary<string, IStep> RestoreSteps = new IStep[]
    {
        new PowerStep(), new LinkStep(), new IdentifyStep(), new BackupStep(), new RestoreStep(), new CompareStep(), new RestoredBootStep(),
    }.ToDictionary(step => step.Name);

    private readonly IReadOnlyDictionary<string, IStep> _steps = steps ?? (work.Restore is null ? AllSteps : RestoreSteps);

    /// <summary>Does one run.</summary>
    /// <param name="bench">The slot's wires, open and off.</param>
    /// <param name="progress">Told how far it is, with the MAC as soon as it is known.</param>
    /// <param name="stop">Stops the run; it is closed as ABORTED then.</param>
    /// <exception cref="RecordsException">The run could not be inserted or closed: no unit may be touched any more.</exception>
    public async Task<RunResult> RunAsync(SlotBench bench, Action<StepProgress, string?> progress, CancellationToken stop)
    {
        OpenRun record = await work.Journal.OpenRunAsync(work.Opening(bench.Slot.Number), stop);
        long startedAt = work.Clock.GetTimestamp();
        using Activity? activity = StationTelemetry.Run(record.Id, work.Lot, bench.Slot.Number);
        work.Tell(new RunStarted(record.StartedAt, work.Journal.StationId, work.Lot, bench.Slot.Number, record.Id));
        await using CurrentWatch current = new(bench, work.Recipe.Recipe.Current.Cutoff, work.Clock);
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(stop, current.Tripped);
        await using Bus bus = new(bench, current, work.Recipe.Recipe, work.Clock);
        await using ApplicationWatch application = new(bench, current, bus, work.Recipe.Recipe, work.Clock);
        ActiveRun? run = null;
        run = new ActiveRun
        {
            Work = work.Recipe,
            Bench = bench,
            Record = record,
            Journal = work.Journal,
            Vault = work.Vault,
            Restore = work.Restore,
            Lot = work.Lot,
            Agreement = agreement,
            Current = current,
            Bus = bus,
            Application = application,
            Clock = work.Clock,
            Progress = step => progress(step, run?.Mac),
            Cancel = all.Token,
        };
        RunEnding ending = await WholeRunAsync(run, stop);
        ending = await SwitchOffAsync(run, ending);
        ending = await DeadInTwoSlotsAsync(run, ending);
        await BlackBox.KeepAsync(run, ending.Verdict);
        RunClosing closing = new(
            ending.Verdict, ending.Reason, ending.Detail, ending.Remedy, run.State, run.BackupSha256,
            work.Clock.GetElapsedTime(startedAt), bus.Boots.ShortBoots, bus.Statistics());
        RunRecord closed = await record.CloseAsync(closing, CancellationToken.None);
        if (run is { Mac: { } mac, UnitId: { } unit })
            agreement.ReleaseRow(mac, unit);
        agreement.AtWork.Leave(record.Id);
        StationTelemetry.EndRun(activity, closing);
        work.Tell(new RunFinished(work.Clock.GetUtcNow(), work.Journal.StationId, work.Lot, bench.Slot.Number, record.Id, closed));
        return new RunResult(closed, run.RfHashes, current.OverCurrent is not null);
    }

    /// <summary>Whatever the program itself gets wrong, the run is closed and the slot switched off.</summary>
    private async Task<RunEnding> WholeRunAsync(ActiveRun run, CancellationToken stop)
    {
        try
        {
            return await AllStepsAsync(run, stop);
        }
        catch (Exception e)
        {
            StationFault(e, "between steps", run.Record.Id);
            return new RunEnding(Verdict.Error, "station-fault", $"a fault of the program: {e.GetType().Name}: {e.Message}", "Retest the unit; report it with the station's log.");
        }
    }

    private async Task<RunEnding> AllStepsAsync(ActiveRun run, CancellationToken stop)
    {
        foreach (string name in run.Recipe.Steps)
        {
            run.Progress(new StepProgress(name, 0, 0));
            (RunEnding? ending, bool backupFirst) = await OneStepAsync(_steps[name], run, stop);
            if (ending is null)
                continue;
            if (ending.Verdict == Verdict.Fail && AfterTheWrite.Contains(name))
                ending = await StrangerAsync(run) ?? ending;
            if (ending.Verdict == Verdict.Fail && AfterTheWrite.Contains(name))
                ending = await SecondOpinionAsync(run, ending, stop);
            if (backupFirst && !run.Cancel.IsCancellationRequested && run.Identity!.FlashBytes > 0)
                await OneStepAsync(_steps[RecipeSteps.Backup], run, stop);
            return ending;
        }

        RunEnding passed = new(Verdict.Pass, null, "every step passed", null);
        if (run.Recipe.Has(RecipeSteps.Confirm) || run.RfSector is null || run.Restore is not null)
            return passed;
        (RunEnding booted, _) = await JudgeAsync(new WhoBooted(), run, stop);
        return booted.Verdict == Verdict.Pass ? passed : booted;
    }

    /// <summary>A unit swapped meanwhile is not scrapped in the other's name. Only a stranger that answers changes the ending: a unit that is silent
    /// now keeps the verdict it has.</summary>
    private async Task<RunEnding?> StrangerAsync(ActiveRun run)
    {
        if (run.RfSector is null || run.Cancel.IsCancellationRequested)
            return null;
        using CancellationTokenSource limit = new(LookAgainLimit, work.Clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(run.Cancel, limit.Token);
        try
        {
            (StepOutcome? stranger, _) = await SameUnit.LinkAsync(run, both.Token);
            return stranger is null ? null : Of(stranger);
        }
        catch (Exception e) when (e is BenchException or OperationCanceledException)
        {
            SilentAfterwards(e, run.Bench.Slot.Number);
            return null;
        }
    }

    /// <summary>Asks the unit's own backup whether image or unit is to blame. The FAIL stays, whatever comes of it.</summary>
    private async Task<RunEnding> SecondOpinionAsync(ActiveRun run, RunEnding ending, CancellationToken stop)
    {
        try
        {
            if (run.Cancel.IsCancellationRequested || !await SecondOpinion.IsWantedAsync(run, ending.Reason, run.Cancel))
                return ending;
        }
        catch (Exception e) when (e is RecordsException or OperationCanceledException)
        {
            return ending with { Detail = $"{ending.Detail}; no second opinion: {e.Message}" };
        }

        run.Progress(new StepProgress(RecipeSteps.Diagnose, 0, 0));
        SecondOpinion opinion = new(ending.Reason!);
        (RunEnding? unfinished, _) = await OneStepAsync(opinion, run, stop);
        string found = opinion.Finding is null && unfinished is not null ? $"not finished, {unfinished.Reason}: {unfinished.Detail}" : opinion.Summary;
        return ending with { Detail = $"{ending.Detail}; second opinion: {found}", Remedy = opinion.Remedy };
    }

    /// <returns>Null where the step passed and is in the journal.</returns>
    private async Task<(RunEnding? Ending, bool BackupFirst)> OneStepAsync(IStep step, ActiveRun run, CancellationToken stop)
    {
        DateTimeOffset startedAt = work.Clock.GetUtcNow();
        long from = work.Clock.GetTimestamp();
        run.Attempts = 1;
        run.Bus.Trace.Mark(UartMark.Step, text: step.Name);
        run.Current.Trace.Mark(step.Name);
        using Activity? activity = StationTelemetry.Step(step.Name);
        (RunEnding ending, StepOutcome? outcome) = await JudgeAsync(step, run, stop);
        StepRecord record = new(
            step.Name, ending.Verdict, ending.Reason, outcome?.Attempts ?? run.Attempts, startedAt, work.Clock.GetElapsedTime(from), ending.Detail, outcome?.Measurements ?? []);
        StationTelemetry.EndStep(activity, record);
        try
        {
            await run.Record.AddStepAsync(record, CancellationToken.None);
        }
        catch (RecordsException e)
        {
            return (new RunEnding(Verdict.Error, e.Reason, e.Message, e.Remedy), false);
        }

        work.Tell(new StepFinished(work.Clock.GetUtcNow(), work.Journal.StationId, work.Lot, run.Bench.Slot.Number, run.Record.Id, record));
        return (ending.Verdict == Verdict.Pass ? null : ending, outcome?.BackupFirst ?? false);
    }

    private async Task<(RunEnding Ending, StepOutcome? Outcome)> JudgeAsync(IStep step, ActiveRun run, CancellationToken stop)
    {
        TimeSpan patience = step.Limit(run) + (run.Bench.IsMechanical ? ManualPatience : TimeSpan.Zero);
        using CancellationTokenSource limit = new(patience, work.Clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(run.Cancel, limit.Token);
        try
        {
            StepOutcome outcome = await step.RunAsync(run, both.Token);
            return run.Current.OverCurrent is { } late ? OfOverCurrent(run, late) : (Of(outcome), outcome);
        }
        catch (Exception) when (run.Current.OverCurrent is { } overCurrent)
        {
            // Whatever the step met: its power had been cut.
            return OfOverCurrent(run, overCurrent);
        }
        catch (Exception) when (run.Current.MeterFault is { } meter)
        {
            return (new RunEnding(Verdict.Error, meter.Reason, meter.Message, meter.Remedy), null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (new RunEnding(Verdict.Aborted, work.StopReason(), $"stopped during {step.Name}{InBlock(run)}", RemedyOf(run)), null);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return (new RunEnding(
                Verdict.Error, BenchReasons.LinkLost, $"step {step.Name} was not done within {patience.TotalMinutes:0.#} min",
                "Check the slot's wires, then retest the unit."), null);
        }
        catch (BenchException e)
        {
            return (OfBench(run, e), null);
        }
        catch (RecordsException e)
        {
            return (new RunEnding(Verdict.Error, e.Reason, e.Message, e.Remedy), null);
        }
        catch (Exception e)
        {
            StationFault(e, step.Name, run.Record.Id);
            return (new RunEnding(
                Verdict.Error, "station-fault", $"a fault of the program in {step.Name}: {e.GetType().Name}: {e.Message}",
                "Retest the unit; if it happens again, report it with the station's log."), null);
        }
    }

    private static RunEnding Of(StepOutcome outcome) => outcome.Passed
        ? new RunEnding(Verdict.Pass, null, outcome.Detail, null)
        : new RunEnding(outcome.Verdict, outcome.Reason, outcome.Detail, outcome.Remedy);

    private static (RunEnding Ending, StepOutcome Outcome) OfOverCurrent(ActiveRun run, OverCurrent found)
    {
        string cut = run.Current.CutFault is { } fault ? $", and the supply did not confirm that power is off: {fault.Message}" : ", power was cut";
        StepOutcome outcome = StepOutcome.Fail(
            found.IsShort && run.State == UnitState.Untouched ? "short" : "over-current",
            found.Describe(run.Recipe.Current.Cutoff) + cut,
            "Take the unit out and look for solder bridges and wrong polarity; the slot stays off until the station is started again, when the other slots are done.",
            found.Measured(run.Recipe.Current.Cutoff));
        return (Of(outcome), outcome);
    }

    /// <summary>A link that is lost because the slot has no current is a matter of power.</summary>
    private static RunEnding OfBench(ActiveRun run, BenchException e) =>
        e.Reason == BenchReasons.LinkLost && run.Current.Last is { } last && Math.Abs(last) < BootJudgement.NoCurrentBelowMilliamperes
            ? new RunEnding(
                Verdict.Error, BenchReasons.PowerLost, $"the slot draws no current any more, and the unit is silent: {e.Message}",
                "Check the slot's supply and contacts, then retest the unit.")
            : new RunEnding(Verdict.Error, e.Reason, e.Message + InBlock(run), e.Remedy);

    /// <summary>Which block a half-written unit was left in (law 9).</summary>
    private static string InBlock(ActiveRun run) => run.State is UnitState.Erased or UnitState.PartlyWritten && run.LastIntent is { } intent
        ? $", in the block 0x{intent.StartAddress:X6} + {intent.LengthBytes / 1024} KiB"
        : "";

    private static string? RemedyOf(ActiveRun run) => run.State switch
    {
        UnitState.Erased or UnitState.PartlyWritten when run.Restore is not null => "Give 'restore' again, as it was given before.",
        UnitState.Untouched => "Run the unit again: nothing was changed on it.",
        UnitState.Erased or UnitState.PartlyWritten => "Run the unit again: its write goes on where it stood, or as the recipe says.",
        _ => "Run the unit again: it starts with a whole image.",
    };

    /// <summary>Whatever goes wrong here, the run is closed after it.</summary>
    private async Task<RunEnding> SwitchOffAsync(ActiveRun run, RunEnding ending)
    {
        try
        {
            await run.Application.StopReadingAsync();
            await run.Bus.CloseAsync();
            using CancellationTokenSource limit = new(run.Bench.IsMechanical ? ManualPatience : TimeSpan.FromSeconds(20), work.Clock);
            await run.Bus.PowerOffAsync(limit.Token);
            return run.Current.OverCurrent is { } late && ending.Verdict == Verdict.Pass ? OfOverCurrent(run, late).Ending : ending;
        }
        catch (Exception e)
        {
            BenchException? cut = await run.Bench.CutPowerAsync();
            StillOn(e, run.Bench.Slot.Number);
            string why = (cut ?? e).Message;
            return ending.Verdict != Verdict.Pass
                ? ending with
                {
                    Detail = $"{ending.Detail}; and the slot could not be switched off in order: {why}",
                    Remedy = cut is null ? ending.Remedy : $"The slot may still have power: switch its supply off by hand. {ending.Remedy}".TrimEnd(),
                }
                : new RunEnding(
                    Verdict.Error,
                    (e as BenchException)?.Reason ?? BenchReasons.PowerStuck,
                    $"every step passed, but the slot could not be switched off: {why}",
                    (e as BenchException)?.Remedy ?? "Switch the supply off by hand, check it, then retest the unit.");
        }
    }

    /// <summary>A cable cannot be told from a chip, until the same unit went silent in two slots.</summary>
    private async Task<RunEnding> DeadInTwoSlotsAsync(ActiveRun run, RunEnding ending)
    {
        if (ending is not { Verdict: Verdict.Error, Reason: BenchReasons.LinkLost } || run.Marks is null)
            return ending;
        try
        {
            return await work.Journal.WentSilentElsewhereAsync(run.Marks, work.Jig.Name, run.Bench.Slot.Number, CancellationToken.None)
                ? new RunEnding(Verdict.Fail, "dead-unit", $"the unit has gone silent in two slots now: {ending.Detail}", "Put the unit in the red box.")
                : ending;
        }
        catch (RecordsException e)
        {
            // Its own earlier runs cannot be read: then it is what it was, an error of the bench, and the close below tells what is wrong with the records.
            return ending with { Detail = $"{ending.Detail}; its earlier runs could not be read: {e.Message}" };
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A fault of the program in step {Step} of run {Run}")]
    private partial void StationFault(Exception e, string step, Guid run);

    [LoggerMessage(3, LogLevel.Information, "The unit in slot {Slot} could not be asked again who it is")]
    private partial void SilentAfterwards(Exception e, int slot);

    [LoggerMessage(2, LogLevel.Error, "Slot {Slot} could not be switched off")]
    private partial void StillOn(Exception e, int slot);
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Runs.Channels;

/// <summary>One jig at work on one lot: one channel per slot, all independent.</summary>
public sealed class Station(StationWork work, ILogger<Station> log)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<RunRecord> _finished = new();
    private readonly ConcurrentDictionary<(int Slot, DateTimeOffset At), SlotFault> _faults = new();
    private IReadOnlyList<SlotChannel> _channels = [];

    /// <summary>What every slot is doing now.</summary>
    public IReadOnlyList<SlotStatus> Slots => [.. _channels.Select(channel => channel.Status)];

    /// <summary>Works until the lot's end, as the work says, or until stopped. Every slot is off afterwards.</summary>
    /// <exception cref="Bench.BenchException">An instrument that slots share does not work.</exception>
    /// <exception cref="RecordsException">Nothing can be recorded any more.</exception>
    public async Task<StationOutcome> RunAsync(CancellationToken stop)
    {
        RecipeBenchCheck.Check(work.Recipe.Recipe, work.Jig);
        UnitConfiguration.Check(work.Recipe, work.Lot);
        await KeepDocumentsAsync(stop);
        await using JigBench jig = await JigBench.OpenAsync(work.Jig, work.AskOperator, work.Clock, stop);
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        RunGate gate = new(work.Units, work.Clock);
        StationWork watched = Watched();
        using LotAgreement agreement = new(work.Journal, work.Lot, work.ConfirmByOperator, work.ApprovesFirst);
        _channels = [.. work.Jig.Slots.Select(slot => new SlotChannel(watched, agreement, jig.Slot(slot.Number), gate, log))];
        Task[] workers = [.. _channels.Select(channel => Task.Run(() => channel.WorkAsync(ended.Token), CancellationToken.None))];
        try
        {
            StationEnd end = await EndAsync(gate, workers, stop);
            IReadOnlyList<SlotStatus> last = Slots;
            await ended.CancelAsync();
            await Task.WhenAll(workers);
            return await OutcomeAsync(end, last);
        }
        finally
        {
            // One channel that cannot record any more ends the station, but no other slot is left with power or without its record.
            await ended.CancelAsync();
            await Task.WhenAll(workers).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task KeepDocumentsAsync(CancellationToken stop)
    {
        Recipe recipe = work.Recipe.Recipe;
        await work.Journal.KeepDocumentAsync("recipe", recipe.Name, recipe.Sha256, recipe.Text, stop);
        await work.Journal.KeepDocumentAsync("jig", work.Jig.Name, work.Jig.Sha256, work.Jig.Text, stop);
        await work.Journal.OpenLotAsync(work.Lot, recipe.Name, recipe.Revision, recipe.Sha256, stop);
        if (work.Recipe.Units is { } units)
            await work.Journal.ExpectUnitsAsync(work.Lot, units.Sha256, [.. units.Rows.Values.Select(row => (row.Mac, row.Line))], stop);
    }

    private async Task<StationEnd> EndAsync(RunGate gate, Task[] workers, CancellationToken stop)
    {
        while (true)
        {
            if (stop.IsCancellationRequested)
                return StationEnd.Stopped;
            if (gate.IsDone)
                return StationEnd.UnitsDone;
            if (workers.FirstOrDefault(worker => worker.IsCompleted) is { } fallen)
                await fallen;
            if (work.Wait is { } wait && gate.Idle >= wait)
                return StationEnd.WaitedOut;
            if (work.Wait is not null && _channels.All(channel => !channel.HasWorked && channel.Status.Phase == SlotPhase.Fault))
                return StationEnd.NoSlot;
            await Task.WhenAny(Task.Delay(Look, work.Clock, stop), Task.WhenAny(workers));
        }
    }

    private async Task<StationOutcome> OutcomeAsync(StationEnd end, IReadOnlyList<SlotStatus> last)
    {
        var counts = await work.Journal.CountsAsync(work.Lot, CancellationToken.None);
        work.Tell(new LotFinished(work.Clock.GetUtcNow(), work.Journal.StationId, work.Lot, counts));
        return new StationOutcome(
            end,
            counts,
            [.. _finished.OrderBy(run => run.Sequence)],
            [.. last.Where(slot => slot.Phase is SlotPhase.Empty or SlotPhase.Done).Select(slot => slot.Slot)],
            [.. last.Where(slot => slot.Phase == SlotPhase.Silent).Select(slot => slot.Slot)],
            [.. _faults.Values.OrderBy(fault => fault.At)],
            [.. _channels.Select(channel => channel.StillPowered).OfType<SlotFault>()])
        {
            UnusedUnits = await work.Journal.UnusedUnitsAsync(work.Lot, CancellationToken.None),
        };
    }

    /// <summary>The same work, with what happens kept for the outcome.</summary>
    private StationWork Watched() => work with
    {
        Tell = happened =>
        {
            if (happened is RunFinished run)
                _finished.Enqueue(run.Record);
            work.Tell(happened);
        },
        TellFault = fault =>
        {
            _faults[(fault.Slot, fault.At)] = fault;
            work.TellFault(fault);
        },
    };
}

using Microsoft.Extensions.Logging;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Records;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Runs.Channels;

/// <summary>The worker of one slot: looks for a unit, runs it, keeps the slot off while its verdict stands. Nothing here reaches another slot (law 5).</summary>
internal sealed partial class SlotChannel(
    StationWork work, LotAgreement agreement, SlotBench bench, RunGate gate, ILogger log, IReadOnlyDictionary<string, IStep>? steps = null)
{
    private readonly UnitRunner _runner = new(work, agreement, log, steps);
    private readonly StandingVerdict _standing = new();
    private SlotStatus _status = new(bench.Slot.Number, SlotPhase.Opening, "opening", null, 0, 0, 0, work.Clock.GetUtcNow());
    private SlotFault? _fault;
    private string? _lastMac;
    private bool _isOpen;

    /// <summary>What the slot is doing now.</summary>
    public SlotStatus Status => Volatile.Read(ref _status);

    /// <summary>True once a look or a run has worked: from then on a fault is one of this moment, not of the jig.</summary>
    public bool HasWorked { get; private set; }

    /// <summary>Set at the end where the supply did not confirm that the slot is off.</summary>
    public SlotFault? StillPowered { get; private set; }

    /// <summary>Works until stopped. The slot is off afterwards.</summary>
    /// <exception cref="RecordsException">Nothing can be recorded any more; the station must stop.</exception>
    public async Task WorkAsync(CancellationToken stop)
    {
        try
        {
            await RestoreStandingAsync(stop);
            await SlotFacts.EnabledByStartAsync(work.Journal, work.Jig.Name, bench.Slot.Number, work.Operator, stop);
            while (!stop.IsCancellationRequested)
                await OnceAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped, as asked.
        }
        finally
        {
            if (await bench.CutPowerAsync() is { } stuck)
            {
                Fault(stuck.Reason, stuck.Message, stuck.Remedy);
                StillPowered = _fault;
            }
        }
    }

    private async Task OnceAsync(CancellationToken stop)
    {
        try
        {
            if (!_isOpen)
            {
                await bench.OpenAsync(stop);
                _isOpen = true;
            }

            if (Status.Phase == SlotPhase.Latched)
                await Task.Delay(Timeout.InfiniteTimeSpan, work.Clock, stop);
            bool isNew = await IsNewUnitAsync(stop);
            HasWorked = true;
            FaultIsOver();
            if (isNew && gate.TryBegin())
                await RunAsync(stop);
            else
                await Task.Delay(work.Jig.PresenceInterval, work.Clock, stop);
        }
        catch (BenchException e)
        {
            Fault(e.Reason, e.Message, e.Remedy);
            await Task.Delay(work.Jig.PresenceInterval, work.Clock, stop);
        }
        catch (Exception e) when (e is not RecordsException && !(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            ChannelFault(e, bench.Slot.Number);
            Fault("station-fault", $"a fault of the program: {e.GetType().Name}: {e.Message}", "Start the station again; if it happens again, report it with the station's log.");
            await Task.Delay(work.Jig.PresenceInterval, work.Clock, stop);
        }
    }

    private async Task<bool> IsNewUnitAsync(CancellationToken stop)
    {
        if (work.Jig.Presence == JigPresence.Operator)
        {
            Show(_standing.Stands ? Status.Phase : SlotPhase.Empty, _standing.Stands ? Status.Text : "waits for a unit");
            await work.AskOperator($"Slot {bench.Slot.Number}: put in the next unit, then press Enter", stop);
            return true;
        }

        Presence found = await PresenceLook.LookAsync(bench, work.Recipe.Recipe, work.Clock, stop);
        bool isNew = _standing.IsNew(found);
        if (_standing.MissedBoots >= BootCounter.MostInARow)
        {
            await PresenceLook.LetBootAsync(bench, work.Recipe.Recipe, work.Clock, stop);
            _standing.HasBooted();
        }

        if (!isNew && found is { Kind: PresenceKind.Empty, DrawsCurrent: true } && !_standing.Stands)
            Show(SlotPhase.Silent, "draws current, does not answer: check the contacts of TX1 and RX1");
        else if (!isNew && _standing.IsRemoved)
            Show(SlotPhase.Empty, "empty, the last unit passed");
        else if (!isNew && !_standing.Stands)
            Show(SlotPhase.Empty, "empty");
        else if (!isNew && Status.Phase is (SlotPhase.Empty or SlotPhase.Silent))
            Show(SlotPhase.Done, "PASS, put in again", _lastMac);
        return isNew;
    }

    private async Task RunAsync(CancellationToken stop)
    {
        bool hasVerdict = false;
        try
        {
            Show(SlotPhase.Working, "power");
            RunResult result = await _runner.RunAsync(bench, Progress, stop);
            hasVerdict = true;
            RunClosing closing = result.Record.Closing!;
            _lastMac = result.Record.Marks?.Mac;
            // A unit that passed before was only moved here: it is as done as in its first slot.
            _standing.Set(closing.Reason == "already-passed" ? Verdict.Pass : closing.Verdict, result.Record.Marks?.FlashId, result.RfHashes);
            if (result.MustStayOff)
                await SlotFacts.DisabledAsync(work.Journal, result.Record, CancellationToken.None);
            string verdict = RecordText.Of(closing.Verdict);
            Show(
                result.MustStayOff ? SlotPhase.Latched : SlotPhase.Done,
                closing.Reason is null ? verdict : $"{verdict} {closing.Reason}: {closing.Remedy ?? closing.Detail}",
                result.Record.Marks?.Mac);
        }
        finally
        {
            gate.End(hasVerdict);
        }
    }

    /// <summary>A unit that passed in this lot and is still in its slot is not converted again after a restart.</summary>
    private async Task RestoreStandingAsync(CancellationToken stop)
    {
        RunRecord? last = await work.Journal.LastClosedAsync(work.Jig.Name, bench.Slot.Number, stop);
        bool passed = last?.Closing is { Verdict: Verdict.Pass } or { Reason: "already-passed" };
        if (work.Restore is null && passed && last is { Marks.RfSha256: { } rf } && last.Opening.Lot == work.Lot)
        {
            _lastMac = last.Marks.Mac;
            _standing.Set(Verdict.Pass, last.Marks.FlashId, new HashSet<string> { rf });
            Show(SlotPhase.Done, "PASS (before this start)", last.Marks.Mac);
        }
    }

    private void Progress(StepProgress step, string? mac)
    {
        SlotStatus before = Status;
        DateTimeOffset now = work.Clock.GetUtcNow();
        bool sameStep = before.Phase == SlotPhase.Working && before.Text == step.Step && before.TotalBytes == step.TotalBytes;
        DateTimeOffset since = sameStep ? before.Since : now;
        double seconds = (now - since).TotalSeconds;
        Volatile.Write(ref _status, new SlotStatus(
            bench.Slot.Number, SlotPhase.Working, step.Step, mac, step.DoneBytes, step.TotalBytes, seconds > 0.2 ? step.DoneBytes / seconds : 0, since));
    }

    private void Show(SlotPhase phase, string text, string? mac = null)
    {
        SlotStatus before = Status;
        if (before.Phase != phase || before.Text != text)
            Volatile.Write(ref _status, new SlotStatus(bench.Slot.Number, phase, text, mac, 0, 0, 0, work.Clock.GetUtcNow()));
    }

    private void Fault(string reason, string what, string remedy)
    {
        _isOpen = false;
        Show(SlotPhase.Fault, what);
        if (_fault?.What == what)
            return;
        FaultIsOver();
        _fault = new SlotFault(bench.Slot.Number, reason, what, remedy, work.Clock.GetUtcNow());
        work.TellFault(_fault);
    }

    private void FaultIsOver()
    {
        if (_fault is null)
            return;
        work.TellFault(_fault with { EndedAt = work.Clock.GetUtcNow() });
        _fault = null;
    }

    [LoggerMessage(10, LogLevel.Error, "A fault of the program in slot {Slot}")]
    private partial void ChannelFault(Exception e, int slot);
}

using System.Text.Json;

namespace ProvisionStation.Speed.Campaign;

/// <summary>Part (a): many units, each with faults of its own, through one station after the other. This program is the operator: it puts
/// units in, takes them out, disturbs them, and looks at each when its run has ended.</summary>
internal sealed class FaultSlice(CampaignOptions options, CampaignLog log, CampaignImage image, Witness witness, string data)
{
    public const int Slots = 8;

    /// <summary>A unit that draws no run in so long never will.</summary>
    private static readonly TimeSpan NoRunLimit = TimeSpan.FromSeconds(15);
    private const int MostBadEnds = 3;
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly SlotScene[] _scenes = [.. Enumerable.Range(1, Slots).Select(number => new SlotScene(number))];
    private readonly List<RunWitness> _seen = [];
    private readonly HashSet<string> _started = [];
    private readonly Dictionary<string, string> _told = [];
    private readonly HashSet<int> _inserted = [];
    private StationUnderTest _station = null!;
    private int _badEnds;

    /// <summary>Works through the cases, and judges them.</summary>
    public async Task WorkAsync(IEnumerable<int> cases)
    {
        Queue<CasePlan> left = new(cases.Select(number => CasePlan.Of(options, number)));
        int first = left.Peek().Number;
        try
        {
            while (left.Count > 0 || _scenes.Any(scene => scene.Plan is not null))
                await OneStationAsync(left);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or IOException)
        {
            log.Fail(first, $"the batch that begins here could not be finished: {e.GetType().Name}: {e.Message}");
        }

        await JudgeAsync(first);
    }

    /// <summary>One start of the station: until all cases are done, or half the slots are latched.</summary>
    private async Task OneStationAsync(Queue<CasePlan> left)
    {
        foreach (SlotScene scene in _scenes)
            scene.IsLatched = false;
        using StationUnderTest station = StationUnderTest.Run(witness.Jig(), witness.Recipe, data, waitSeconds: 600);
        _station = station;
        log.Count("starts of the station");
        using CancellationTokenSource ended = new();
        Task[] slots = [.. _scenes.Select(scene => FillAsync(scene, left, ended.Token))];
        Task reading = ReadAsync();
        await Task.WhenAll(slots);
        bool endedAlone = station.HasExited;
        if (!endedAlone)
            station.Interrupt();
        await reading;
        Said end = await station.EndAsync();
        // Nobody but this program ends the station.
        if (endedAlone || end.ExitCode != 130 || !end.IsNamed)
        {
            log.Fail(_seen.LastOrDefault()?.Case ?? 0, $"the station ended {(endedAlone ? "by itself" : "at Ctrl-C")} with {end.Tail}");
            if (++_badEnds == MostBadEnds)
                throw new InvalidOperationException($"the station ended badly {MostBadEnds} times");
        }

        foreach (SlotScene scene in _scenes.Where(scene => scene.Plan is not null))
        {
            // What has no verdict yet is put in again at the next start, as it was left.
            if (!log.IsDone(scene.Plan!.Number))
                left.Enqueue(scene.Plan);
            await EmptyAsync(scene, waits: false);
        }
    }

    /// <summary>The operator at one slot.</summary>
    private async Task FillAsync(SlotScene scene, Queue<CasePlan> left, CancellationToken cancel)
    {
        while (!_station.HasExited && !scene.IsLatched)
        {
            if (_scenes.Count(one => one.IsLatched) >= Slots / 2)
                return; // time for another start, which lets the latched slots work again
            if (scene.Plan is null)
            {
                CasePlan? next;
                lock (left)
                {
                    if (!left.TryDequeue(out next))
                        return;
                }

                await InsertAsync(scene, next);
            }

            await WaitForVerdictAsync(scene, cancel);
        }
    }

    private async Task InsertAsync(SlotScene scene, CasePlan plan)
    {
        scene.Clear();
        (scene.Plan, scene.Since) = (plan, TimeProvider.System.GetTimestamp());
        await witness.AskAsync($"plug {scene.Number}");
        if (!_inserted.Add(plan.Number) && !(await witness.AskAsync($"back {scene.Number} {Witness.SerialOf(plan.Number)}")).TryGetProperty("error", out _))
        {
            log.Count("units put in again after the station ended");
            return;
        }

        await witness.TellAsync($"insert {scene.Number} {plan.Birth}");
        log.Count("units");
        log.Count(plan.IsHealthy ? "healthy units" : plan.Disturbances.Count > 0 ? "disturbed units" : "sick units");
    }

    private async Task WaitForVerdictAsync(SlotScene scene, CancellationToken cancel)
    {
        while (scene.Plan is { } plan && !_station.HasExited)
        {
            if (scene.Next == AfterVerdict.Retest)
                await RetestAsync(scene, plan);
            else if (scene.Next != AfterVerdict.None)
                await EmptyAsync(scene, waits: scene.Next == AfterVerdict.TakeOutAndWait && !scene.IsLatched);
            TimeSpan waited = TimeProvider.System.GetElapsedTime(scene.Since);
            if (scene.Run is null && waited > NoRunLimit)
            {
                log.Count("units without a run");
                if (plan.IsHealthy)
                    log.Note(plan.Number, "a healthy unit drew no run");
                await EmptyAsync(scene, waits: true);
                return;
            }

            if (scene.Run is not null && waited > RunLimit)
            {
                log.Fail(plan.Number, $"run {scene.Run} has no verdict after {RunLimit.TotalSeconds} s");
                await EmptyAsync(scene, waits: true);
                return;
            }

            await Task.Delay(Look, TimeProvider.System, cancel);
        }
    }

    private async Task ReadAsync()
    {
        await foreach (JsonElement happened in _station.Events.ReadAllAsync())
        {
            if (happened.Text("event") is not ("run.started" or "run.finished"))
                continue;
            SlotScene scene = _scenes[happened.Number("slot") - 1];
            scene.Handling = HandleAsync(scene, scene.Handling, happened);
        }

        await Task.WhenAll(_scenes.Select(scene => scene.Handling));
    }

    private async Task HandleAsync(SlotScene scene, Task before, JsonElement happened)
    {
        await before;
        try
        {
            if (happened.Is("event", "run.started"))
                await StartedAsync(scene, happened.Text("run")!);
            else
                await FinishedAsync(scene, happened);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or IOException)
        {
            log.Fail(scene.Plan?.Number ?? -1, $"slot {scene.Number} could not be looked at: {e.Message}");
        }
    }

    private async Task StartedAsync(SlotScene scene, string run)
    {
        lock (_started)
            _started.Add(run);
        scene.Before = await UnitTruth.TryLookAsync(witness, scene.Number, image);
        if (scene.Plan is not { } plan || scene.Before is null)
        {
            log.Count("runs that began while the unit was being taken out");
            return;
        }

        (scene.Run, scene.Since) = (run, TimeProvider.System.GetTimestamp());
        if (!scene.IsRetest && plan.Disturbances.Count > 0)
            scene.Disturbing = DisturbAsync(scene, plan, run);
    }

    private async Task DisturbAsync(SlotScene scene, CasePlan plan, string run)
    {
        double past = 0;
        foreach ((double seconds, string command) in plan.Disturbances)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, seconds - past)), TimeProvider.System, CancellationToken.None);
            past = seconds;
            bool isCleaning = command.StartsWith("plug", StringComparison.Ordinal) || command.StartsWith("back", StringComparison.Ordinal);
            if (scene.Run != run && !isCleaning)
                return;
            scene.WasDisturbed = true;
            string serial = Witness.SerialOf(plan.Number);
            JsonElement answer = await witness.AskAsync(command
                .Replace("{slot}", $"{scene.Number}", StringComparison.Ordinal).Replace("{serial}", serial, StringComparison.Ordinal));
            log.Count(answer.TryGetProperty("error", out _) ? "disturbances that came too late" : "disturbances");
        }
    }

    private async Task FinishedAsync(SlotScene scene, JsonElement finished)
    {
        string run = finished.Text("run")!, verdict = finished.Text("verdict")!;
        lock (_told)
            _told[run] = verdict;
        if (scene.Run != run || scene.Plan is not { } plan || scene.Before is not { } before)
            return;
        (scene.Run, scene.Since) = (null, TimeProvider.System.GetTimestamp());
        await scene.Disturbing;
        JsonElement state = await witness.TellAsync($"state {scene.Number}");
        scene.IsLatched = finished.Text("reason") is "short" or "over-current";
        if (state.Text("serial") is null)
        {
            log.Count("units that were gone at their verdict");
            if (verdict == "PASS")
                log.Fail(plan.Number, $"run {run}: PASS of a unit that is not there");
            scene.Next = AfterVerdict.TakeOutAndWait;
            return;
        }

        UnitTruth now = await UnitTruth.LookAsync(witness, scene.Number, image);
        // What is settled when a unit is made does not heal.
        string[] faults = [.. now.State.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!).Union(plan.Faults.Where(IsForLife))];
        bool isAnother = state.Text("serial") != before.State.Text("serial");
        before = isAnother ? await UnitTruth.LookAsync(witness, scene.Number, image, original: true) : before;
        UnitTruth? original = finished.Is("state", "restored") ? await UnitTruth.LookAsync(witness, scene.Number, image, original: true) : null;
        lock (_seen)
        {
            _seen.Add(new RunWitness(plan.Number, run, before, now, verdict, faults, scene.WasDisturbed)
            {
                WasSwapped = isAnother,
                WasHealed = scene.IsRetest,
                Original = original,
            });
        }

        log.Done(plan.Number);
        scene.Next = verdict != "PASS" && plan.IsRetested && !scene.IsRetest && !scene.IsLatched ? AfterVerdict.Retest
            : finished.Text("mac") is null ? AfterVerdict.TakeOutAndWait : AfterVerdict.TakeOut;
    }

    private static bool IsForLife(string fault) => fault is "wrong-key" or "placeholder-mac" || fault.Contains('=');

    /// <summary>Healed, taken out and put in again: now it passes, unless its chip or key is another's.</summary>
    private async Task RetestAsync(SlotScene scene, CasePlan plan)
    {
        string serial = Witness.SerialOf(plan.Number);
        (scene.Run, scene.IsRetest, scene.WasDisturbed, scene.Next) = (null, true, false, AfterVerdict.None);
        await scene.Disturbing;
        await witness.AskAsync($"heal {scene.Number}");
        await witness.AskAsync($"plug {scene.Number}");
        await witness.AskAsync($"remove {scene.Number}");
        await TwoLooksAsync(scene);
        JsonElement back = await witness.AskAsync($"back {scene.Number} {serial}");
        if (back.TryGetProperty("error", out _))
            scene.Clear(); // swapped meanwhile: its own unit is gone
        else
            log.Count("retests");
        scene.Since = TimeProvider.System.GetTimestamp();
    }

    /// <summary>Takes the unit out, and its adapter is in again.</summary>
    /// <param name="scene">The slot.</param>
    /// <param name="waits">True where the station could take the next unit for this one: it must see the slot empty twice first.</param>
    private async Task EmptyAsync(SlotScene scene, bool waits)
    {
        await scene.Disturbing;
        await witness.AskAsync($"remove {scene.Number}");
        await witness.AskAsync($"plug {scene.Number}");
        scene.Run = null;
        if (waits)
            await TwoLooksAsync(scene);
        scene.Clear();
    }

    private async Task TwoLooksAsync(SlotScene scene)
    {
        using CancellationTokenSource limit = new(NoRunLimit, TimeProvider.System);
        int from = (await witness.TellAsync($"state {scene.Number}")).Number("powerOns");
        while (!_station.HasExited && !limit.IsCancellationRequested && (await witness.TellAsync($"state {scene.Number}")).Number("powerOns") < from + 4)
            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>The whole batch, from outside: every run closed as told, every backup there, the ledger whole.</summary>
    private async Task JudgeAsync(int first)
    {
        (Said said, Dictionary<string, JsonElement> runs) = await StationUnderTest.RunsAsync(data);
        if (said.ExitCode != 0)
            log.Fail(first, $"runs: {said.Tail}");
        RunJudge judge = new(image, log);
        foreach (RunWitness seen in _seen)
            judge.Judge(seen, runs.TryGetValue(seen.Run, out JsonElement run) ? run : null);
        foreach (string started in _started.Where(started => !runs.TryGetValue(started, out JsonElement run) || run.Text("verdict") is null))
            log.Fail(first, $"run {started} was started and is not closed in the record");
        foreach ((string run, string verdict) in _told.Where(told => runs.TryGetValue(told.Key, out JsonElement run) && !run.Is("verdict", told.Value)))
            log.Fail(first, $"run {run} was told as {verdict} and is recorded otherwise");
        foreach (string stranger in runs.Keys.Where(run => !_started.Contains(run)))
            log.Fail(first, $"run {stranger} is in the record and was never told as started");
        await DataFolderCheck.RequireWholeAsync(data, first, log);
    }
}

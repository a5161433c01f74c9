using System.Text.Json;

namespace ProvisionStation.Speed.Campaign;

/// <summary>Part (b): kill -9 at random moments while eight slots work; each case is one kill. At the end of the batch the station may finish.</summary>
internal sealed class KillSlice(CampaignOptions options, CampaignLog log, CampaignImage image, Witness witness, string data)
{
    /// <summary>A run takes about so long; a start too.</summary>
    private const double MostSeconds = 10;

    /// <summary>Events of two runs, about: of so many per slot.</summary>
    private const int MostEvents = 25;
    private const int LastWaitSeconds = 12;

    /// <summary>A computer that is busy with other things may cost a start an ERROR of the bench; a third one does not happen by chance.</summary>
    private const int MostLastStarts = 3;
    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(60);

    private readonly SlotScene[] _scenes = [.. Enumerable.Range(1, options.Slots).Select(number => new SlotScene(number))];
    private readonly List<RunWitness> _seen = [];
    private readonly HashSet<string> _told = [];
    private int _serial;
    private int _case;

    /// <summary>One kill after the other, then an undisturbed end, then the judgement.</summary>
    public async Task WorkAsync(IReadOnlyList<int> cases)
    {
        _case = cases[0];
        _serial = cases[0] * FaultSlice.Slots * 10;
        foreach (SlotScene scene in _scenes)
            await InsertAsync(scene);
        foreach (int number in cases)
        {
            _case = number;
            await KillAsync(options.Dice(number));
            Said ledger = await StationUnderTest.CallAsync("ledger", "verify", "--data", data);
            if (ledger.ExitCode != 0 && Directory.Exists(data) && !(ledger.ExitCode == 2 && _seen.Count == 0))
                log.Fail(number, $"ledger verify after the kill: {ledger.Tail}");
        }

        for (int start = 1; !await FinishAsync(start == MostLastStarts) && start < MostLastStarts; start++)
            log.Count("last starts after an error of the bench");
        await JudgeAsync(cases[0]);
    }

    private async Task KillAsync(Random dice)
    {
        using StationUnderTest station = StationUnderTest.Run(witness.Jig([.. _scenes.Select(scene => scene.Number)]), witness.Recipe, data, waitSeconds: 600);
        bool byEvents = dice.Next(2) == 0;
        int events = byEvents ? dice.Next(1, MostEvents * options.Slots) : int.MaxValue;
        using CancellationTokenSource moment = new(TimeSpan.FromSeconds(byEvents ? RunLimit.TotalSeconds : dice.NextDouble() * MostSeconds), TimeProvider.System);
        try
        {
            while (events-- > 0)
                await HappenedAsync(await station.Events.ReadAsync(moment.Token));
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(150)), TimeProvider.System, moment.Token);
        }
        catch (OperationCanceledException)
        {
            // Now.
        }
        catch (System.Threading.Channels.ChannelClosedException)
        {
            log.Fail(_case, $"the station ended by itself: {(await station.EndAsync()).Tail}");
            return;
        }

        station.Kill();
        log.Count("kills");
        log.Done(_case);
        await station.EndAsync();
        await foreach (JsonElement happened in station.Events.ReadAllAsync())
            await HappenedAsync(happened);
        log.Count("runs cut by a kill", _scenes.Count(scene => scene.Run is not null));
        foreach (SlotScene scene in _scenes)
            await CutAsync(scene);
    }

    private async Task HappenedAsync(JsonElement happened)
    {
        if (happened.Is("event", "run.started"))
        {
            SlotScene scene = _scenes[happened.Number("slot") - 1];
            scene.Run = happened.Text("run");
            _told.Add(scene.Run!);
            scene.Before = await UnitTruth.LookAsync(witness, scene.Number, image);
        }
        else if (happened.Is("event", "run.finished"))
        {
            SlotScene scene = _scenes[happened.Number("slot") - 1];
            await SeeAsync(scene, happened.Text("verdict"));
            if (happened.Is("verdict", "PASS"))
                await ReplaceAsync(scene);
        }
    }

    /// <summary>The run under way, if any, was cut here: nobody writes to its unit until the next start.</summary>
    private async Task CutAsync(SlotScene scene)
    {
        if (scene.Run is not null)
            await SeeAsync(scene, null);
        scene.Before = await UnitTruth.LookAsync(witness, scene.Number, image);
    }

    private async Task SeeAsync(SlotScene scene, string? verdict)
    {
        if (scene.Run is not { } run || scene.Before is not { } before)
            return;
        UnitTruth now = await UnitTruth.LookAsync(witness, scene.Number, image);
        _seen.Add(new RunWitness(_case, run, before, now, verdict, [], WasDisturbed: false));
        (scene.Run, scene.Before) = (null, now);
    }

    private async Task ReplaceAsync(SlotScene scene)
    {
        await witness.TellAsync($"remove {scene.Number}");
        await InsertAsync(scene);
    }

    private async Task InsertAsync(SlotScene scene)
    {
        await witness.TellAsync($"insert {scene.Number} {Witness.SerialOf(_serial++)}");
        scene.Before = await UnitTruth.LookAsync(witness, scene.Number, image);
        log.Count("units");
    }

    /// <summary>Left alone, the station brings every unit to its end; no unit comes for one that passed.</summary>
    /// <returns>True where every unit is at its end.</returns>
    private async Task<bool> FinishAsync(bool isLast)
    {
        using StationUnderTest station = StationUnderTest.Run(witness.Jig([.. _scenes.Select(scene => scene.Number)]), witness.Recipe, data, LastWaitSeconds);
        await foreach (JsonElement happened in station.Events.ReadAllAsync())
        {
            SlotScene? scene = happened.Number("slot") is > 0 and var slot ? _scenes[slot - 1] : null;
            if (happened.Is("event", "run.started"))
                await HappenedAsync(happened);
            else if (happened.Is("event", "run.finished"))
                await SeeAsync(scene!, happened.Text("verdict"));
        }

        Said end = await station.EndAsync();
        if (end.ExitCode != 3 || !end.IsNamed)
            log.Fail(_case, $"the last start, which waits until no unit is left, ended with {end.Tail}");
        bool isDone = true;
        foreach (SlotScene scene in _scenes)
        {
            UnitTruth now = await UnitTruth.LookAsync(witness, scene.Number, image);
            if (now.ImageIsIn && now.State.Flag("configAccepted"))
                continue;
            isDone = false;
            if (isLast)
                log.Fail(_case, $"slot {scene.Number}: left alone after the last kill, its healthy unit was not brought to its end");
        }

        return isDone;
    }

    private async Task JudgeAsync(int first)
    {
        (Said said, Dictionary<string, JsonElement> runs) = await StationUnderTest.RunsAsync(data);
        if (said.ExitCode != 0)
            log.Fail(first, $"runs: {said.Tail}");
        RunJudge judge = new(image, log);
        foreach (RunWitness seen in _seen)
            judge.Judge(seen, runs.TryGetValue(seen.Run, out JsonElement run) ? run : null);
        // A run may be in the record that was never told: the kill came between the two. Its unit had no power yet.
        foreach ((string id, JsonElement run) in runs.Where(one => !_told.Contains(one.Key)))
        {
            log.Count("runs that were never told");
            if (!run.Is("verdict", "ABORTED") || !run.Is("state", "untouched"))
                log.Fail(first, $"run {id} was never told, and is {run.Text("verdict")} {run.Text("state")} in the record");
        }

        await DataFolderCheck.RequireWholeAsync(data, first, log);
    }
}

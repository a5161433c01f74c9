using System.Globalization;
using System.Text.Json;

namespace ProvisionStation.Speed.Campaign;

/// <summary>Part (c): every call that changes the disk fails in turn, by an I/O error, once a full disk, and a disk that stays full. Each case is
/// one run with one failing call; the same slot and data folder then see an undisturbed start.</summary>
internal sealed class IoSlice(CampaignOptions options, CampaignLog log, CampaignImage image, Witness witness, string folder)
{
    /// <summary>Ways to fail; case N is call N / 3 + 1, way N % 3.</summary>
    public static readonly (string Name, int Errno, int Calls)[] Ways = [("EIO", 5, 1), ("ENOSPC once", 28, 1), ("ENOSPC for good", 28, int.MaxValue / 2)];

    private const int ErrorWait = 20;
    private const int NextWait = 6;

    /// <summary>A computer that is busy with other things may cost a start an ERROR of the bench; a third one does not happen by chance.</summary>
    private const int MostStarts = 3;

    /// <summary>The cases, each in a slot of its own, at once.</summary>
    public async Task WorkAsync(IReadOnlyList<int> cases)
    {
        string library = await DiskShim.BuildAsync(folder);
        await Task.WhenAll(cases.Select((number, index) => OneAsync(number, index + 1, library)));
    }

    private async Task OneAsync(int number, int slot, string library)
    {
        (string name, int errno, int calls) = Ways[number % Ways.Length];
        string data = Path.Combine(folder, $"data-{number}"), count = Path.Combine(folder, $"count-{number}");
        string what = string.Create(CultureInfo.InvariantCulture, $"call {(number / Ways.Length) + 1} fails with {name}");
        Directory.CreateDirectory(data);
        await witness.TellAsync($"insert {slot} {Witness.SerialOf(number)}");
        UnitTruth before = await UnitTruth.LookAsync(witness, slot, image);
        Dictionary<string, string> failing = DiskShim.Failing(library, data, (number / Ways.Length) + 1, calls, errno, count);
        (Said end, List<RunWitness> seen) = await StartAsync(number, slot, data, ErrorWait, before, failing);
        log.Count("starts with a failing call");
        if (!end.IsNamed)
            log.Fail(number, $"{what}: the station ended with {end.Tail}");
        // What no signal and no kill has ended has said how many calls there were.
        if (File.Exists(count) && int.Parse(await File.ReadAllTextAsync(count), CultureInfo.InvariantCulture) <= number / Ways.Length)
            log.Count("cases behind the last call of a run");
        bool passed = seen.Any(one => one.Told == "PASS");
        Said next = end;
        for (int start = 0; start < MostStarts && !(start > 0 && next.ExitCode == 0) && !seen.Any(one => start > 0 && one.Told == "PASS"); start++)
        {
            UnitTruth between = await UnitTruth.LookAsync(witness, slot, image);
            (next, List<RunWitness> more) = await StartAsync(number, slot, data, NextWait, between, null);
            seen.AddRange(more);
            if (start > 0)
                log.Count("starts after an error of the bench");
        }

        if (!next.IsNamed)
            log.Fail(number, $"{what}: the next start ended with {next.Tail}");
        else if (next.ExitCode == 0 || (next.ExitCode == 3 && next.Errors.Contains("PASS (before this start)", StringComparison.Ordinal)))
            log.Count("next starts that worked");
        await JudgeAsync(number, what, data, seen, next, passed);
        log.Done(number);
        await witness.TellAsync($"remove {slot}");
    }

    private async Task<(Said End, List<RunWitness> Seen)> StartAsync(
        int number, int slot, string data, int wait, UnitTruth before, IReadOnlyDictionary<string, string>? environment)
    {
        List<RunWitness> seen = [];
        string? run = null;
        using StationUnderTest station = StationUnderTest.Run(witness.Jig(slot), witness.Recipe, data, wait, units: 1, environment);
        await foreach (JsonElement happened in station.Events.ReadAllAsync())
        {
            if (happened.Is("event", "run.started"))
                run = happened.Text("run");
            else if (happened.Is("event", "run.finished"))
                seen.Add(new RunWitness(number, run!, before, await UnitTruth.LookAsync(witness, slot, image), happened.Text("verdict"), [], false));
        }

        Said end = await station.EndAsync();
        if (run is not null && seen.Count == 0)
            seen.Add(new RunWitness(number, run, before, await UnitTruth.LookAsync(witness, slot, image), null, [], false));
        return (end, seen);
    }

    private static bool IsOfStore(string reason) => reason is "vault-full" or "record-lost" or "station-fault";

    private async Task JudgeAsync(int number, string what, string data, List<RunWitness> seen, Said next, bool passed)
    {
        (Said said, Dictionary<string, JsonElement> runs) = await StationUnderTest.RunsAsync(data);
        if (said.ExitCode != 0)
            log.Fail(number, $"{what}: runs: {said.Tail}");
        RunJudge judge = new(image, log) { IsDiskSick = true };
        foreach (RunWitness one in seen)
            judge.Judge(one, runs.TryGetValue(one.Run, out JsonElement run) ? run : null);
        bool isPassed = runs.Values.Any(run => run.Is("verdict", "PASS"));
        if (passed && !isPassed)
            log.Fail(number, $"{what}: a PASS was told and is not in the record");
        bool isBench = seen.Count > 0 && runs.TryGetValue(seen[^1].Run, out JsonElement last) && last.Is("verdict", "ERROR")
            && !IsOfStore(last.Text("reason")!);
        if (!isPassed && isBench)
            log.Note(number, $"{what}: {MostStarts} starts, and each time an error of the bench: not judged, do it again on an idle computer");
        else if (!isPassed)
            log.Fail(number, $"{what}: the next start did not bring the healthy unit to its end: {next.Tail}");
        await DataFolderCheck.RequireWholeAsync(data, number, log);
        if (!options.KeepsFolders)
            Directory.Delete(data, true);
    }
}

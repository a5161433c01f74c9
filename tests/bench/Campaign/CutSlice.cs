using System.Text;
using System.Text.Json;

namespace ProvisionStation.Speed.Campaign;

/// <summary>Part (b), second half: the disk's power is cut. What a station does to its data folder is recorded once; then the disk as it may
/// look after a cut at a random record is built, and the station is started on it. Each case is one cut.</summary>
internal sealed class CutSlice(CampaignOptions options, CampaignLog log, Witness witness, string folder)
{
    private const int MostSlots = 4;
    private const int EmptySlot = FaultSlice.Slots;
    private const int UnitsInTrace = 7;

    /// <summary>How far around a sync or a told event the interesting moments are, in records.</summary>
    private const int Near = 12;

    /// <summary>Records one station's work, and cuts it again and again.</summary>
    /// <param name="cases">The cuts.</param>
    public async Task WorkAsync(IReadOnlyList<int> cases)
    {
        string data = Path.Combine(folder, "data"), trace = Path.Combine(folder, "trace");
        Directory.CreateDirectory(data);
        await RecordAsync(data, trace, cases[0]);
        IReadOnlyList<DiskRecord> records = DiskRecord.Load(trace);
        log.Count("records of the disk", records.Count);
        foreach (int number in cases)
        {
            Random dice = options.Dice(number);
            int at = Moment(records, dice);
            DiskReplay replay = new();
            foreach (DiskRecord record in records.Take(at))
                replay.Apply(record);
            string cut = Path.Combine(folder, $"cut-{number}");
            replay.WriteTo(cut, dice);
            int failures = log.Failures;
            await JudgeAsync(cut, number, at, records.Count, Events(replay.Told));
            log.Done(number);
            if (!options.KeepsFolders || failures == log.Failures)
                Directory.Delete(cut, true);
        }
    }

    /// <summary>Healthy and sick units, a kill in the middle, a second start: everything a disk sees in a day.</summary>
    private async Task RecordAsync(string data, string trace, int first)
    {
        string library = await DiskShim.BuildAsync(folder);
        int serial = 500_000 + (first * UnitsInTrace);
        string[] faults = ["", "", "stuck-bit:0x40000:1", "stalled-boot", "", "power-cut-mid-write", ""];
        int slots = Math.Min(options.Slots, MostSlots);
        Queue<string> units = new(faults.Take(options.Slots).Select(fault => $"{serial++} {fault}"));
        string jig = witness.Jig([.. Enumerable.Range(1, slots)]);
        for (int slot = 1; slot <= slots; slot++)
            await witness.TellAsync($"insert {slot} {units.Dequeue()}");
        using (StationUnderTest killed = StationUnderTest.Run(jig, witness.Recipe, data, 60, environment: DiskShim.Tracing(library, data, trace)))
        {
            int events = options.Dice(first).Next(15, 45) * slots / MostSlots;
            while (events-- > 0)
                await killed.Events.ReadAsync();
            killed.Kill();
            await killed.EndAsync();
        }

        using StationUnderTest station = StationUnderTest.Run(
            jig, witness.Recipe, data, 8, environment: DiskShim.Tracing(library, data, trace));
        await foreach (JsonElement happened in station.Events.ReadAllAsync())
        {
            if (!happened.Is("event", "run.finished") || !units.TryDequeue(out string? next))
                continue;
            await witness.TellAsync($"remove {happened.Number("slot")}");
            await witness.TellAsync($"insert {happened.Number("slot")} {next}");
        }

        Said end = await station.EndAsync();
        if (!end.IsNamed)
            log.Fail(first, $"the recorded station ended with {end.Tail}");
    }

    private static int Moment(IReadOnlyList<DiskRecord> records, Random dice)
    {
        char kind = dice.Next(4) switch { 0 => 'P', 1 => 'S', _ => ' ' };
        int[] marks = [.. Enumerable.Range(0, records.Count).Where(at => records[at].Kind == kind)];
        int moment = marks.Length == 0 ? dice.Next(records.Count + 1) : marks[dice.Next(marks.Length)] + dice.Next(-Near, Near + 1);
        return Math.Clamp(moment, 1, records.Count);
    }

    private static JsonElement[] Events(List<byte> told)
    {
        string text = Encoding.UTF8.GetString([.. told]);
        return [.. text.Split('\n').SkipLast(1).Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private async Task JudgeAsync(string cut, int number, int at, int all, JsonElement[] told)
    {
        string where = $"cut at record {at} of {all}, {told.Length} events told";
        log.Count("cuts");
        using (StationUnderTest station = StationUnderTest.Run(witness.Jig(EmptySlot), witness.Recipe, cut, waitSeconds: 1))
        {
            Said end = await station.EndAsync();
            if (!end.IsNamed)
                log.Fail(number, $"{where}: the start ended with {end.Tail}");
            else if (end.ExitCode != 3 || !end.Errors.Contains("empty", StringComparison.Ordinal))
                log.Fail(number, $"{where}: the station does not start: {end.Tail}");
        }

        (Said said, Dictionary<string, JsonElement> runs) = await StationUnderTest.RunsAsync(cut);
        if (said.ExitCode != 0)
            log.Fail(number, $"{where}: runs: {said.Tail}");
        foreach (JsonElement happened in told.Where(one => one.Is("event", "run.started") || one.Is("event", "run.finished")))
        {
            string id = happened.Text("run")!;
            if (!runs.TryGetValue(id, out JsonElement run))
                log.Fail(number, $"{where}: run {id} was told ({happened.Text("event")} {happened.Text("verdict")}) and is not in the record");
            else if (run.Text("verdict") is null)
                log.Fail(number, $"{where}: run {id} is not closed after the start");
            else if (happened.Text("verdict") is { } verdict && !run.Is("verdict", verdict))
                log.Fail(number, $"{where}: run {id} was told as {verdict} and is {run.Text("verdict")} {run.Text("reason")}");
            else if (happened.Is("verdict", "PASS"))
                log.Count("told PASSes found again");
        }

        foreach ((string id, JsonElement run) in runs.Where(one => one.Value.Is("verdict", "PASS") && one.Value.Text("backupSha256") is null))
            log.Fail(number, $"{where}: run {id} passed without a backup ({run.Text("mac")})");
        await DataFolderCheck.RequireWholeAsync(cut, number, log);
    }
}

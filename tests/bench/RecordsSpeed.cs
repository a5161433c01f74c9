using System.Globalization;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Speed;

/// <summary>How long the records take with many runs in them: start, commit of a closed run on the real disk, look-ups.
/// Aims: start under 3 s and a MAC under 50 ms among 1,000,000 runs, a commit under 20 ms (p99).</summary>
internal static class RecordsSpeed
{
    private const int Commits = 500;
    private const int LookUps = 300;
    private const int Starts = 3;

    /// <summary>Fills a journal in a new folder, measures, and takes the folder away.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        int count = args.Contains("--runs") ? int.Parse(args[Array.IndexOf(args, "--runs") + 1], CultureInfo.InvariantCulture) : 1_000_000;
        string folder = Directory.CreateTempSubdirectory("provision-speed-").FullName;
        try
        {
            RunRecord template;
            ChainState chain;
            await using (RunJournal journal = await OpenAsync(folder))
            {
                template = await RunAsync(journal, 0, steps: 3, intents: 2, claims: 2, []);
                chain = await journal.ChainAsync(CancellationToken.None);
            }

            long from = TimeProvider.System.GetTimestamp();
            ManyRuns.Add(folder, template, chain, count, done => Console.Error.WriteLine($"{done} of {count} runs"));
            long bytes = new DirectoryInfo(folder).GetFiles().Sum(file => file.Length);
            Say($"{count} runs made in {TimeProvider.System.GetElapsedTime(from).TotalSeconds:0} s, {bytes / 1e9:0.00} GB in {folder}");
            await MeasureAsync(folder, count);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder, int count)
    {
        List<double> starts = [];
        for (int i = 0; i < Starts; i++)
        {
            long from = TimeProvider.System.GetTimestamp();
            await using RunJournal opened = await OpenAsync(folder);
            starts.Add(TimeProvider.System.GetElapsedTime(from).TotalMilliseconds);
        }

        Say($"start: {string.Join(", ", starts.Select(one => one.ToString("0", CultureInfo.InvariantCulture)))} ms (aim 3000)");
        await using RunJournal journal = await OpenAsync(folder);
        Random random = new(1);
        await LookUpAsync("runs of a MAC", 50, async () => (await journal.RunsAsync(new RunQuery(Mac: ManyRuns.Mac(random.Next(count))), CancellationToken.None)).Count);
        await LookUpAsync("unit of a MAC", 50, async () => (await journal.UnitsAsync(null, ManyRuns.Mac(random.Next(count)), CancellationToken.None)).Count);
        await LookUpAsync("newest 50 of a lot", null, async () => (await journal.RunsAsync(new RunQuery(Lot: ManyRuns.Lot(random.Next(count)), Most: 50), CancellationToken.None)).Count);
        long lotFrom = TimeProvider.System.GetTimestamp();
        int runs = (await journal.RunsAsync(new RunQuery(Lot: ManyRuns.Lot(count / 2)), CancellationToken.None)).Count;
        Say($"all {runs} runs of a lot, each hashed again: {TimeProvider.System.GetElapsedTime(lotFrom).TotalMilliseconds:0} ms");
        List<double> closes = [], rows = [];
        for (int i = 0; i < Commits; i++)
            await RunAsync(journal, i, steps: 11, intents: 17, claims: 8, rows, closes);
        Say("close of a run", closes, 20);
        Say("any other commit of it", rows, null);
    }

    private static Task<RunJournal> OpenAsync(string folder) => RunJournal.OpenAsync(folder, TimeProvider.System, CancellationToken.None);

    /// <summary>A run such as a unit makes.</summary>
    private static async Task<RunRecord> RunAsync(RunJournal journal, int place, int steps, int intents, int claims, List<double> rows, List<double>? closes = null)
    {
        CancellationToken cancel = CancellationToken.None;
        string hash = new('a', 64), mac = string.Create(CultureInfo.InvariantCulture, $"C8478C{place:X6}");
        OpenRun run = await journal.OpenRunAsync(new RunOpening("L1", 1, "bench-4", 1, hash, "cb2s-plug", 1, hash, hash, "1.18.299", "Ada", "0.1.0"), cancel);
        await run.IdentifyUnitAsync(new UnitMarks(mac, "RF sector", "BK7231N", "00007231", "1560EB", 2 << 20, "default", Canonical.Hash(mac)), cancel);
        await run.AddArtifactAsync(new Artifact("backup", hash, 2 << 20), cancel);
        await run.AddClaimsAsync([.. Enumerable.Range(1, claims).Select(i => new Claim($"claim-{i}", "1A2B3C4D", ClaimSource.Readback))], cancel);
        for (uint i = 0; i < intents; i++)
            await TimedAsync(rows, () => run.AddIntentAsync(new Intent("image", 0x11000 + i * 0x10000, 0x10000), cancel));
        for (int i = 0; i < steps; i++)
        {
            StepRecord step = new($"step-{i}", Verdict.Pass, null, 1, run.StartedAt, TimeSpan.FromSeconds(1.5), "a sentence with 62.4 mA in it", [new Measurement("current-mean", 62.4, "mA", 45, 110, 50, 80, 30, 10)]);
            await TimedAsync(rows, () => run.AddStepAsync(step, cancel));
        }

        RunRecord? closed = null;
        RunClosing closing = new(Verdict.Pass, null, "every step passed", null, UnitState.Configured, hash, TimeSpan.FromSeconds(41), 0, new Dictionary<string, long> { ["retries"] = 2 });
        await TimedAsync(closes ?? rows, async () => closed = await run.CloseAsync(closing, cancel));
        return closed!;
    }

    private static async Task LookUpAsync(string what, double? aim, Func<Task<int>> lookUp)
    {
        List<double> times = [];
        for (int i = 0; i < LookUps; i++)
            await TimedAsync(times, async () => _ = await lookUp() > 0 ? 0 : throw new InvalidOperationException($"{what}: nothing found"));
        Say(what, times, aim);
    }

    private static async Task TimedAsync(List<double> times, Func<Task> work)
    {
        long from = TimeProvider.System.GetTimestamp();
        await work();
        times.Add(TimeProvider.System.GetElapsedTime(from).TotalMilliseconds);
    }

    private static void Say(string what, List<double> times, double? aim)
    {
        times.Sort();
        string wanted = aim is { } most ? string.Create(CultureInfo.InvariantCulture, $" (aim {most} p99)") : "";
        Say($"{what}: p50 {times[times.Count / 2]:0.00}, p99 {times[times.Count * 99 / 100]:0.00}, worst {times[^1]:0.00} ms of {times.Count}{wanted}");
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

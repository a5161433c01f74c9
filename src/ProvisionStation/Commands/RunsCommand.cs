using System.CommandLine;
using System.Globalization;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>runs</c>: the runs that match, newest first.</summary>
internal static class RunsCommand
{
    private const int DefaultMost = 1000;

    public static Command Make()
    {
        Option<string?> lot = SharedOptions.Lot(), mac = SharedOptions.Mac(), verdict = SharedOptions.VerdictIs();
        Option<DateTimeOffset?> since = SharedOptions.Moment("--since", "Only runs started at or after this time.");
        Option<DateTimeOffset?> until = SharedOptions.Moment("--until", "Only runs started before this time.");
        Option<int?> most = SharedOptions.Number("--most", $"At most so many. Default: {DefaultMost}.", "N", 1, 100_000);
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "runs", "List runs by lot, MAC, verdict and time, newest first.", "runs --lot L1 --verdict FAIL")
        {
            lot, mac, verdict, since, until, most, data, json, RunsShowCommand.Make(),
        };
        command.SetAction((parsed, cancel) => ListAsync(
            new RunQuery(
                parsed.GetValue(lot),
                parsed.GetValue(mac) is { } text ? MacText.Parse(text) : null,
                null,
                parsed.GetValue(verdict) is { } word ? Enum.Parse<Verdict>(word, ignoreCase: true) : null,
                parsed.GetValue(since),
                parsed.GetValue(until),
                parsed.GetValue(most) ?? DefaultMost),
            parsed.GetValue(data)!,
            parsed.GetValue(json),
            cancel));
        return command;
    }

    private static async Task<int> ListAsync(RunQuery query, string data, bool json, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        await DataFolder.RequireLotAsync(journal, query.Lot, cancel);
        IReadOnlyList<RunRecord> runs = await journal.RunsAsync(query, cancel);
        if (json)
        {
            foreach (RunRecord run in runs)
                Console.WriteLine(JsonText.Line(RunJson.Of(run)));
        }
        else
        {
            Columns.Write(
                Console.Out, ["SEQ", "STARTED (UTC)", "LOT", "SLOT", "MAC", "VERDICT", "REASON", "STATE", "SECONDS"], runs.Select(Row));
        }

        if (runs.Count == query.Most)
            await Console.Error.WriteLineAsync(
                $"{ProgramName.Short}: there may be more than these {query.Most} runs; give --most, --since or --until");
        return (int)ExitCode.Passed;
    }

    private static string?[] Row(RunRecord run) =>
    [
        run.Sequence?.ToString(CultureInfo.InvariantCulture),
        $"{run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}",
        run.Opening.Lot,
        $"{run.Opening.Slot}",
        run.Marks?.Mac ?? "not read",
        run.Closing is { } closing ? RecordText.Of(closing.Verdict) : "in progress",
        run.Closing?.Reason,
        run.Closing is { } end ? RecordText.Of(end.State) : null,
        run.Closing?.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
    ];
}

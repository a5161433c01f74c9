using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Bench;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Records.Reports;
using ProvisionStation.Records.Vault;
using ProvisionStation.Runs.Channels;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Commands;

/// <summary><c>runs show</c>: the whole record of one run, and the end of its black box.</summary>
internal static class RunsShowCommand
{
    private const int DefaultEntries = 40;
    private const int MostCandidates = 5;

    public static Command Make()
    {
        Argument<string> which = new("ID") { Description = "The run's id or its beginning, or its number in the chain (SEQ in 'runs')." };
        Option<int?> entries = SharedOptions.Number(
            "--entries", $"Show at most so many entries of the line's end. Default: {DefaultEntries}.", "N", 1, 100_000);
        Option<bool> bytes = new("--show-bytes")
        {
            Description = "Show every stray byte kept, and in JSON hashes of payload too: they may hold a piece of a password.",
        };
        Option<string> data = SharedOptions.Data();
        Option<string?> key = SharedOptions.VaultKey();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "show", "Show the whole record of one run, and what its unit last said and drew if it did not pass.", "runs show 17")
        {
            which, entries, bytes, data, key, json,
        };
        command.SetAction((parsed, cancel) => ShowAsync(
            parsed.GetValue(which)!,
            parsed.GetValue(entries) ?? DefaultEntries,
            parsed.GetValue(bytes),
            parsed.GetValue(data)!,
            parsed.GetValue(key),
            parsed.GetValue(json),
            cancel));
        return command;
    }

    private static async Task<int> ShowAsync(string which, int entries, bool bytes, string data, string? key, bool json, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        RunRecord run = await FindAsync(journal, which, cancel);
        (UartTraceFile? uart, string? uartFault) = await ReadAsync(run, BlackBox.UartKind, data, key, file => UartTraceFile.Read(file), cancel);
        (CurrentTraceFile? current, string? currentFault) =
            await ReadAsync(run, BlackBox.CurrentKind, data, key, file => CurrentTraceFile.Read(file), cancel);
        IReadOnlyList<RecordedFact> facts = await FactLines.FindAsync(journal, [run], cancel);
        if (json)
        {
            JsonObject whole = RunJson.Of(run);
            whole["facts"] = new JsonArray([.. facts.Select(fact => JsonNode.Parse(fact.Text))]);
            whole["blackBox"] = new JsonObject
            {
                ["uart"] = uart is null ? null : BlackBoxJson.Of(uart, bytes),
                ["current"] = current is null ? null : BlackBoxJson.Of(current),
                ["missing"] = uart is null || current is null ? uartFault ?? currentFault ?? WhyNone(run) : null,
            };
            Console.WriteLine(JsonText.Line(whole));
        }
        else
        {
            WriteAll(RunLines.Of(run));
            WriteAll(facts.Select(fact => $"  decided   {FactLines.Of(fact)}"));
            Console.WriteLine();
            WriteAll(uart is null ? [$"UART: {uartFault ?? WhyNone(run)}"] : UartTraceLines.Of(uart, entries, bytes));
            WriteAll(current is null ? [$"current: {currentFault ?? WhyNone(run)}"] : CurrentTraceLines.Of(current));
        }

        foreach (string fault in ((string?[])[uartFault, currentFault]).OfType<string>())
            await Console.Error.WriteLineAsync($"{ProgramName.Short}: {Printable.Of(fault)}");
        return (int)(uartFault is null && currentFault is null ? ExitCode.Passed : ExitCode.BenchFault);
    }

    /// <summary>A number is a place in the chain; ids begin with a zero for the next years, which no such number does.</summary>
    private static async Task<RunRecord> FindAsync(RunJournal journal, string which, CancellationToken cancel)
    {
        if (which.Length > 0 && which[0] != '0' && long.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            && await journal.RunAsync(sequence, cancel) is { } numbered)
            return numbered;
        string start = which.ToLowerInvariant();
        bool isId = start.Length is > 0 and <= 36 && start.All(letter => char.IsAsciiHexDigitLower(letter) || letter == '-');
        IReadOnlyList<RunRecord> found = isId ? await journal.RunsBeginningAsync(start, MostCandidates, cancel) : [];
        if (found is [{ } run])
            return run;
        string seen = found.Count == 0
            ? "is neither the number nor the beginning of the id of a run"
            : $"begins the ids of {(found.Count == MostCandidates ? "many runs" : $"{found.Count} runs")}: {string.Join(", ", found.Select(one => one.Id))}";
        throw new ConfigurationException(
            "runs show", null, null, $"'{Printable.Of(which)}' {seen}",
            found.Count == 0 ? $"'{ProgramName.Short} runs' lists the numbers, with --json the ids." : "Give more of it, or the run's number.");
    }

    /// <summary>Reads one artifact; what is wrong with it must not hide the record.</summary>
    private static async Task<(T? Trace, string? Fault)> ReadAsync<T>(
        RunRecord run, string kind, string data, string? key, Func<byte[], T> read, CancellationToken cancel)
        where T : class
    {
        if (run.Artifacts.LastOrDefault(one => one.Kind == kind) is not { } artifact)
            return (null, null);
        try
        {
            BackupVault vault = DataFolder.OpenVault(data, key);
            return (read(await vault.ReadAsync(artifact.Sha256, cancel)), null);
        }
        catch (RecordsException e)
        {
            return (null, $"{kind} cannot be read: {Sentence.Of(e.Message, e.Remedy)}");
        }
        catch (TraceException e)
        {
            return (null, $"{kind} cannot be read: {Sentence.Of(e.Message, e.Remedy)}");
        }
    }

    /// <summary>Why a run has no black box.</summary>
    private static string WhyNone(RunRecord run) => run.Closing switch
    {
        null => "nothing is kept yet; the station keeps it in memory until the run has a verdict",
        { Verdict: Verdict.Pass } => "nothing is kept of a run that passed",
        { Reason: "interrupted" } => "nothing is kept; it was in the memory of the program, which ended in the middle of the run",
        _ when run.Claims.Any(claim => claim.Name == BlackBox.MissingClaim) => "nothing is kept; the record above says why",
        _ => "nothing is kept; the run did not get that far, or an older version of the program made it",
    };

    private static void WriteAll(IEnumerable<string> lines)
    {
        foreach (string line in lines)
            Console.WriteLine(Printable.Of(line));
    }
}

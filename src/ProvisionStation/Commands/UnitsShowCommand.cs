using System.CommandLine;
using System.Globalization;
using ProvisionStation.Bench;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>units show</c>: everything the journal holds of the units with one MAC, oldest first.</summary>
internal static class UnitsShowCommand
{
    public static Command Make()
    {
        Argument<string> mac = new("MAC") { Description = "Twelve hex digits, with or without colons." };
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "show", "Tell the life story of a unit: every run with its steps and measurements.", "units show C8478C123456")
        {
            mac, data, json,
        };
        command.SetAction((parsed, cancel) => ShowAsync(parsed.GetValue(mac)!, parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> ShowAsync(string text, string data, bool json, CancellationToken cancel)
    {
        string mac = MacText.Parse(text) ?? throw new ConfigurationException(
            "units show", null, null, MacText.Problem(text), "Type it as the label shows it.");
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        IReadOnlyList<RunRecord> runs = await journal.RunsAsync(new RunQuery(Mac: mac), cancel);
        if (runs.Count == 0)
            throw new ConfigurationException(
                "units show", null, null, $"the journal knows no unit with MAC {mac}",
                $"See '{ProgramName.Short} units' for the MACs it knows.");
        if (!json)
        {
            foreach (UnitBackup original in (await journal.BackupsAsync(mac, cancel)).Where(backup => backup.IsOriginal))
                Line($"unit {original.Unit}  original backup {original.Sha256} of {original.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        }

        foreach (RunRecord run in runs.Reverse())
        {
            if (json)
                Console.WriteLine(JsonText.Line(RunJson.Of(run)));
            else
                WriteRun(run);
        }

        if (!json)
            await WriteDispositionsAsync(journal, runs, cancel);
        return (int)ExitCode.Passed;
    }

    private static async Task WriteDispositionsAsync(RunJournal journal, IReadOnlyList<RunRecord> runs, CancellationToken cancel)
    {
        foreach (Guid unit in runs.Select(run => run.UnitId).OfType<Guid>().Distinct().Order())
        {
            foreach (Disposition one in await journal.DispositionsAsync(unit, cancel))
                Line($"{one.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC  unit {unit}  {one.Word} by {one.Operator}: {one.Reason} (fact {one.Sequence})");
        }
    }

    private static void WriteRun(RunRecord run)
    {
        UnitMarks? marks = run.Marks;
        Line($"{run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC  lot {run.Opening.Lot}  slot {run.Opening.Slot} of {run.Opening.Jig}  "
            + $"recipe {run.Opening.Recipe} r{run.Opening.RecipeRevision}  image {run.Opening.ImageVersion}  run {run.Id}");
        Line(
            $"  unit {run.UnitId}  {marks?.Chip ?? "chip not readable"}  flash {marks?.FlashId ?? "not readable"}  "
            + $"MAC {marks?.Mac} ({marks?.MacSource})");
        foreach (StepRecord step in run.Steps)
        {
            Line(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {step.Step,-9} {RecordText.Of(step.Verdict),-5} {step.Duration.TotalSeconds,6:0.0} s  {step.Detail}"));
            foreach (Measurement measured in step.Measurements)
                Line($"            {Of(measured)}");
        }

        foreach (Artifact artifact in run.Artifacts)
            Line($"  {artifact.Kind,-9} {artifact.Sha256} ({artifact.Bytes} bytes)");
        Line(run.Closing is { } closing
            ? $"  => {RecordText.Of(closing.Verdict)} {closing.Reason}  the unit is {RecordText.Of(closing.State)}: "
                + $"{Sentence.Of(closing.Detail, closing.Remedy)}"
            : "  => in progress");
        Console.WriteLine();
    }

    private static string Of(Measurement measured)
    {
        string limits = (measured.Low, measured.High) switch
        {
            ({ } low, { } high) => string.Create(CultureInfo.InvariantCulture, $" ({low:0.##} to {high:0.##})"),
            ({ } low, null) => string.Create(CultureInfo.InvariantCulture, $" (at least {low:0.##})"),
            (null, { } high) => string.Create(CultureInfo.InvariantCulture, $" (at most {high:0.##})"),
            _ => "",
        };
        string mark = measured.IsMarginal ? " MARGINAL" : "";
        string note = measured.Note is null ? "" : $", {measured.Note}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{measured.Name} {measured.Value:0.##} {measured.Unit}{limits} {RecordText.Of(measured.Verdict)}{mark}{note}");
    }

    private static void Line(string text) => Console.WriteLine(Printable.Of(text));
}

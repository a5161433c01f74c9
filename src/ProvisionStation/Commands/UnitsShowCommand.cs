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
        {
            foreach (RecordedFact fact in await FactLines.FindAsync(journal, runs, cancel))
                Line(FactLines.Of(fact));
        }

        return (int)ExitCode.Passed;
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
                Line($"            {MeasurementText.Of(measured)}");
        }

        foreach (Artifact artifact in run.Artifacts)
            Line($"  {artifact.Kind,-13} {artifact.Sha256} ({artifact.Bytes} bytes)");
        if (run.Closing is not { } closing)
            Line("  => in progress");
        else if (closing.Reason is not { } reason)
            Line($"  => {RecordText.Of(closing.Verdict)}, {RecordText.Of(closing.State)}: {StateText.Of(run)}");
        else
            WriteReason(run, closing, reason);
        Console.WriteLine();
    }

    private static void WriteReason(RunRecord run, RunClosing closing, string reason)
    {
        Line($"  => {RecordText.Of(closing.Verdict)} {reason}: {ReasonText.Of(reason)}");
        Line($"     {Sentence.Of(closing.Detail, closing.Remedy)}");
        Line($"     {RecordText.Of(closing.State)}: {StateText.Of(run)}; '{ProgramName.Short} runs show {run.Sequence}' shows all of it");
    }

    private static void Line(string text) => Console.WriteLine(Printable.Of(text));
}

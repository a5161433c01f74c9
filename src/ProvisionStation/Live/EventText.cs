using System.Globalization;
using ProvisionStation.Records;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Live;

/// <summary>Events as lines for people.</summary>
internal static class EventText
{
    /// <summary>One line; null where people need none.</summary>
    public static string? Of(StationEvent happened) => happened switch
    {
        RunStarted => $"slot {happened.Slot}: run started",
        StepFinished step => Of(step),
        RunFinished run => $"slot {run.Slot}: {Of(run.Record)}",
        _ => null,
    };

    private static string Of(StepFinished happened)
    {
        StepRecord step = happened.Step;
        string attempts = step.Attempts > 1 ? $", {step.Attempts} attempts" : "";
        string seconds = step.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        return $"slot {happened.Slot}: {step.Step} {RecordText.Of(step.Verdict)}, {seconds} s{attempts}: {step.Detail}";
    }

    private static string Of(RunRecord run)
    {
        RunClosing closing = run.Closing!;
        string unit = string.Create(
            CultureInfo.InvariantCulture, $"MAC {run.Marks?.Mac ?? "not read"}, {closing.Duration.TotalSeconds:0.0} s");
        return closing.Reason is null
            ? $"{RecordText.Of(closing.Verdict)}, {unit}"
            : $"{RecordText.Of(closing.Verdict)} {closing.Reason}, {unit}: {Sentence.Of(closing.Detail, closing.Remedy)}";
    }
}

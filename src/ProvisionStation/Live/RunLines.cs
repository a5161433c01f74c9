using System.Globalization;
using ProvisionStation.Records;

namespace ProvisionStation.Live;

/// <summary>The whole record of one run, for a person.</summary>
internal static class RunLines
{
    /// <summary>Line by line; what comes from units and files is not made printable yet.</summary>
    public static IEnumerable<string> Of(RunRecord run) =>
        [.. Opening(run), .. Unit(run), .. run.Steps.SelectMany(Step), .. Kept(run), .. Closing(run)];

    private static IEnumerable<string> Opening(RunRecord run)
    {
        RunOpening opening = run.Opening;
        string sequence = run.Sequence is { } number ? $"record {number}" : "not closed";
        yield return $"run {run.Id}, {sequence}, begun {Utc(run.StartedAt)}";
        yield return $"  where     slot {opening.Slot} of jig {opening.Jig} r{opening.JigRevision}, lot {opening.Lot}, station {run.Station}";
        yield return $"  what      recipe {opening.Recipe} r{opening.RecipeRevision}, image {opening.ImageVersion}, program {opening.Program}"
            + (opening.Operator is { } name ? $", operator {name}" : "");
    }

    private static IEnumerable<string> Unit(RunRecord run)
    {
        if (run.Marks is not { } marks)
        {
            yield return "  unit      not identified";
            yield break;
        }

        yield return $"  unit      {run.UnitId}, MAC {marks.Mac ?? "not readable"}{(marks.MacSource is { } source ? $" ({source})" : "")}, "
            + $"{marks.Chip ?? "chip not readable"}, flash {marks.FlashId ?? "not readable"}, key {marks.KeyClass ?? "not readable"}";
    }

    private static IEnumerable<string> Step(StepRecord step)
    {
        string attempts = step.Attempts > 1 ? $", {step.Attempts} attempts" : "";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  {step.Step,-9} {RecordText.Of(step.Verdict),-7} {step.Duration.TotalSeconds,6:0.0} s  {step.Detail}{attempts}");
        foreach (Measurement measured in step.Measurements)
            yield return $"              {MeasurementText.Of(measured)}";
    }

    private static IEnumerable<string> Kept(RunRecord run)
    {
        if (run.Intents is [.., var last])
        {
            yield return last.LengthBytes == 0
                ? $"  intents   {run.Intents.Count}, the last one {last.Purpose}"
                : $"  intents   {run.Intents.Count}, the last one {last.Purpose} at 0x{last.StartAddress:X6}, {last.LengthBytes} bytes";
        }

        foreach (Claim claim in run.Claims)
            yield return $"  claim     {claim.Name}: {claim.Value} ({RecordText.Of(claim.Source)})";
        foreach (Artifact artifact in run.Artifacts)
            yield return $"  vault     {artifact.Kind} {artifact.Sha256}, {artifact.Bytes} bytes{(artifact.Note is { } note ? $", {note}" : "")}";
    }

    private static IEnumerable<string> Closing(RunRecord run)
    {
        if (run.Closing is not { } closing)
        {
            yield return "  =>        in progress, or cut off and not closed yet: that is done when the station starts again";
            yield break;
        }

        if (closing.Link.Count > 0)
            yield return $"  line      {string.Join(", ", closing.Link.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} {one.Value}"))}";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  closed    {Utc(run.ClosedAt!.Value)}, after {closing.Duration.TotalSeconds:0.0} s, {closing.ShortBoots} short {(closing.ShortBoots == 1 ? "boot" : "boots")}, hash {run.Sha256}");
        string why = closing.Reason is { } reason ? $" {reason}: {ReasonText.Of(reason)}" : "";
        yield return $"  =>        {RecordText.Of(closing.Verdict)}{why}";
        yield return $"            {Sentence.Of(closing.Detail, closing.Remedy)}";
        yield return $"            the unit is {RecordText.Of(closing.State)}: {StateText.Of(run)}";
    }

    private static string Utc(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";
}

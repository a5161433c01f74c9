using System.Diagnostics;
using System.Diagnostics.Metrics;
using ProvisionStation.Records;

namespace ProvisionStation.Runs.Telemetry;

/// <summary>The one activity source and the one meter of the station. No value here is ever a secret (law 8).</summary>
public static class StationTelemetry
{
    /// <summary>The name of both.</summary>
    public const string Name = "ProvisionStation";

    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> Verdicts = Meter.CreateCounter<long>("provision_station.verdicts", "{run}", "Runs by verdict and reason");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("provision_station.bytes", "By", "Bytes read from and written to units");
    private static readonly Counter<long> Retries = Meter.CreateCounter<long>("provision_station.retries", "{sector}", "Sectors read or written again");
    private static readonly Histogram<double> StepSeconds = Meter.CreateHistogram<double>("provision_station.step.duration", "s", "Duration of steps");

    /// <summary>Spans of runs and steps.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Starts the span of a run.</summary>
    public static Activity? Run(Guid run, string lot, int slot) =>
        Source.StartActivity("run")?.SetTag("run", run).SetTag("lot", lot).SetTag("slot", slot);

    /// <summary>Starts the span of a step.</summary>
    public static Activity? Step(string step) => Source.StartActivity(step)?.SetTag("step", step);

    /// <summary>Bytes of a backup.</summary>
    public static void CountRead(long bytes) => Bytes.Add(bytes, new KeyValuePair<string, object?>("direction", "read"));

    /// <summary>Bytes of an image or configuration.</summary>
    public static void CountWritten(long bytes) => Bytes.Add(bytes, new KeyValuePair<string, object?>("direction", "written"));

    /// <summary>A step ended.</summary>
    public static void EndStep(Activity? activity, StepRecord step)
    {
        StepSeconds.Record(
            step.Duration.TotalSeconds, new KeyValuePair<string, object?>("step", step.Step), new KeyValuePair<string, object?>("verdict", RecordText.Of(step.Verdict)));
        Mark(activity, step.Verdict, step.Reason);
    }

    /// <summary>A run ended.</summary>
    public static void EndRun(Activity? activity, RunClosing closing)
    {
        Verdicts.Add(1, new KeyValuePair<string, object?>("verdict", RecordText.Of(closing.Verdict)), new KeyValuePair<string, object?>("reason", closing.Reason ?? ""));
        Retries.Add(closing.Link.GetValueOrDefault("readRetries"), new KeyValuePair<string, object?>("direction", "read"));
        Retries.Add(closing.Link.GetValueOrDefault("writeRetries"), new KeyValuePair<string, object?>("direction", "written"));
        Mark(activity, closing.Verdict, closing.Reason);
    }

    private static void Mark(Activity? activity, Verdict verdict, string? reason)
    {
        activity?.SetTag("verdict", RecordText.Of(verdict));
        if (verdict != Verdict.Pass)
            activity?.SetStatus(ActivityStatusCode.Error, reason);
    }
}

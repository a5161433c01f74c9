using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>A mean of current readings, with what stands behind it.</summary>
/// <param name="Milliamperes">The mean, in mA.</param>
/// <param name="Samples">Readings, 1 and up.</param>
/// <param name="Span">The time they come from.</param>
public sealed record CurrentMean(double Milliamperes, int Samples, TimeSpan Span)
{
    /// <summary>The mean of readings; null where there are none.</summary>
    public static CurrentMean? Of(IReadOnlyList<CurrentSample> samples, TimeSpan span) =>
        samples.Count == 0 ? null : new CurrentMean(samples.Average(sample => sample.Milliamperes), samples.Count, span);

    /// <summary>The mean as a measurement of a record.</summary>
    public Measurement Measured(string name, double? low = null, double? high = null) =>
        new(name, Milliamperes, "mA", low, high, Samples: Samples, SamplesPerSecond: Span > TimeSpan.Zero ? Samples / Span.TotalSeconds : null);
}

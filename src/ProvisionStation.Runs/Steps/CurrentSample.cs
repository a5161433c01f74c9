namespace ProvisionStation.Runs.Steps;

/// <summary>One reading of the supply current.</summary>
/// <param name="Timestamp">Monotonic time stamp of the run's clock.</param>
/// <param name="Milliamperes">The reading.</param>
public readonly record struct CurrentSample(long Timestamp, double Milliamperes);

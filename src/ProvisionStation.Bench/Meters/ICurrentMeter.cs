namespace ProvisionStation.Bench.Meters;

/// <summary>Measures the supply current of one slot.</summary>
public interface ICurrentMeter
{
    /// <summary>What the meter is, for the record: driver, instrument identity and channel.</summary>
    string Description { get; }

    /// <summary>One reading, in milliamperes. Readings below zero by an offset are given as they are.</summary>
    /// <exception cref="BenchException">The meter answers nonsense or not at all (<see cref="BenchReasons.MeterLost"/>).</exception>
    ValueTask<double> ReadMilliamperesAsync(CancellationToken cancel);
}

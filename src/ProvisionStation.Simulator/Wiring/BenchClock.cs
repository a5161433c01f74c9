namespace ProvisionStation.Simulator.Wiring;

/// <summary>The bench's one clock, in nanoseconds from any beginning.</summary>
internal sealed class BenchClock(TimeProvider provider)
{
    public long Now => provider.TimestampFrequency == 1_000_000_000
        ? provider.GetTimestamp()
        : (long)(provider.GetTimestamp() * (1e9 / provider.TimestampFrequency));
}

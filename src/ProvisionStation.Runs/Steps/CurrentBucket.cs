namespace ProvisionStation.Runs.Steps;

/// <summary>Readings of one span of a current trace.</summary>
/// <param name="From">First reading, in µs since the run began.</param>
/// <param name="To">Last reading, in µs since the run began; the same where there is one.</param>
/// <param name="Readings">How many; 1 and up.</param>
/// <param name="Least">In mA.</param>
/// <param name="Mean">In mA.</param>
/// <param name="Most">In mA.</param>
public readonly record struct CurrentBucket(long From, long To, uint Readings, float Least, double Mean, float Most)
{
    internal CurrentBucket With(long at, float milliamperes) => With(new CurrentBucket(at, at, 1, milliamperes, milliamperes, milliamperes));

    internal CurrentBucket With(CurrentBucket next)
    {
        uint readings = Readings + next.Readings;
        return new CurrentBucket(
            From, next.To, readings, Math.Min(Least, next.Least), Mean + ((next.Mean - Mean) * next.Readings / readings), Math.Max(Most, next.Most));
    }
}

namespace ProvisionStation.Tests.Records;

/// <summary>A wall clock that stands where the test puts it; its timers are the system's, and so is its monotonic clock until a test puts that somewhere.</summary>
internal sealed class FixedClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 3, 14, 15, 9, 26, 535, TimeSpan.Zero);

    public DateTimeOffset Now { get; set; } = Start;

    public TimeSpan? Monotonic { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;

    public override long TimestampFrequency => Monotonic is null ? base.TimestampFrequency : TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Monotonic?.Ticks ?? base.GetTimestamp();
}

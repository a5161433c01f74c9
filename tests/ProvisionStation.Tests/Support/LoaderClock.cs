namespace ProvisionStation.Tests.Support;

/// <summary>Time that passes only when a test or a fake says so. By default a delay passes at once, with the time it takes;
/// with <see cref="Manual"/> it waits for <see cref="Advance"/>.</summary>
internal sealed class LoaderClock : TimeProvider
{
    private readonly List<Timer> timers = [];
    private long ticks;

    public bool Manual { get; set; }

    public TimeSpan Elapsed => TimeSpan.FromTicks(ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(ticks);

    public void Advance(TimeSpan by)
    {
        long end = ticks + Math.Max(0, by.Ticks);
        while (timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due) is { } next)
        {
            timers.Remove(next);
            ticks = Math.Max(ticks, next.Due);
            next.Fire();
        }

        ticks = Math.Max(ticks, end);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, ticks + dueTime.Ticks, () => callback(state));
        timers.Add(timer);
        if (!Manual)
            Advance(dueTime);
        return timer;
    }

    private sealed class Timer(LoaderClock clock, long due, Action fire) : ITimer
    {
        public long Due => due;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("Delays are made once.");

        public void Dispose() => clock.timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

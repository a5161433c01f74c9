namespace ProvisionStation.Tests.Support;

/// <summary>A clock that stands still until a test moves it; timers fire on the way, in their order, on the thread that moves it.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<SteppedTimer> _timers = [];
    private TimeSpan _now;

    /// <summary>Time since the clock was made.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        SteppedTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on, firing what falls due, ends included.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan end = Elapsed + by;
        while (Next() is { } next && next.Due <= end)
            Fire(next);
        lock (_gate)
            _now = end;
    }

    /// <summary>Moves from timer to timer until the task has ended. For work that waits for nothing but this clock.</summary>
    public async Task<T> RunAsync<T>(Task<T> work)
    {
        for (int steps = 0; !work.IsCompleted; steps++)
        {
            Assert.True(steps < 100_000, "the work waits for ever");
            if (Next() is { } next)
                Fire(next);
            else
                await Task.Yield();
        }

        return await work;
    }

    /// <inheritdoc cref="RunAsync{T}" />
    public async Task RunAsync(Task work) => await RunAsync(ResultOf(work));

    private static async Task<bool> ResultOf(Task work)
    {
        await work;
        return true;
    }

    private SteppedTimer? Next()
    {
        lock (_gate)
            return _timers.MinBy(timer => timer.Due);
    }

    private void Fire(SteppedTimer timer)
    {
        lock (_gate)
        {
            if (!_timers.Remove(timer))
                return;
            _now = timer.Due > _now ? timer.Due : _now;
        }

        timer.Fire();
    }

    private sealed class SteppedTimer(SteppedClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
                return true;
            }
        }

        public void Fire()
        {
            if (_period > TimeSpan.Zero)
                Change(_period, _period);
            callback(state);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

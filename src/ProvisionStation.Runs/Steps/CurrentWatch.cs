using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Bench.Meters;

namespace ProvisionStation.Runs.Steps;

/// <summary>Watches one slot's current for as long as it has power, and cuts the power when too much flows (law 11).</summary>
/// <remarks>The cut-off: mean above the limit over 300 ms, or the supply in current limit, both counted from 50 ms after power on. A slot
/// that was cut stays latched. Power that nobody watches is cut too: a meter that is silent for a second is lost.
/// Source of the times: the station's design, after the inrush of the modules' capacitors.</remarks>
public sealed class CurrentWatch : IAsyncDisposable
{
    /// <summary>Inrush that is not looked at.</summary>
    public static readonly TimeSpan Blanking = TimeSpan.FromMilliseconds(50);

    /// <summary>The span whose mean must stay below the cut-off.</summary>
    public static readonly TimeSpan CutoffSpan = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a slot may have power without a reading.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(1);

    /// <summary>For one answer, however late it was asked for: a computer that was busy is no reason to lose a meter.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan ShortCheckLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(90);
    private static readonly TimeSpan Close = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(70);
    private const int QuickMeterReadings = 3;
    private const int SlowMeterReadings = 2;

    private readonly SlotBench _bench;
    private readonly double _cutoffMilliamperes;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Queue<CurrentSample> _samples = new();
    private readonly CancellationTokenSource _trip = new();
    private CancellationTokenSource? _stop;
    private Task _loop = Task.CompletedTask;
    private TaskCompletionSource<CurrentMean?> _shortCheck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _poweredAt;
    private long _readAt;
    private long _limitReadAt;
    private int _closeLooks;

    /// <summary>Makes a watch over a slot; it starts with <see cref="StartAsync"/>.</summary>
    public CurrentWatch(SlotBench bench, double cutoffMilliamperes, TimeProvider clock)
    {
        _bench = bench;
        _cutoffMilliamperes = cutoffMilliamperes;
        _clock = clock;
        Trace = new CurrentTrace(CanMeasure, clock);
    }

    /// <summary>All readings of the run, for whoever looks at it later.</summary>
    public CurrentTrace Trace { get; }

    /// <summary>True where the slot has a meter.</summary>
    public bool CanMeasure => _bench.Meter is not null;

    /// <summary>Fires when power was cut, for too much current or for a lost meter; see <see cref="OverCurrent"/> and <see cref="MeterFault"/>.</summary>
    public CancellationToken Tripped => _trip.Token;

    /// <summary>Why power was cut; null while it was not.</summary>
    public OverCurrent? OverCurrent { get; private set; }

    /// <summary>Why the current is no longer watched, for which power was cut; null while it is.</summary>
    public BenchException? MeterFault { get; private set; }

    /// <summary>What went wrong when power was cut; null where the supply confirmed.</summary>
    public BenchException? CutFault { get; private set; }

    /// <summary>The last reading in mA; null before the first.</summary>
    public double? Last { get; private set; }

    /// <summary>Power has just come on: starts to look, with the short check first.</summary>
    public async Task StartAsync()
    {
        await StopAsync();
        // The first check may be waited for already: without a reset line power comes on a little later, inside the link.
        if (_shortCheck.Task.IsCompleted)
            _shortCheck = new TaskCompletionSource<CurrentMean?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
            _samples.Clear();
        _poweredAt = _readAt = _limitReadAt = _clock.GetTimestamp();
        Trace.Mark("power on");
        if (!CanMeasure)
            _shortCheck.TrySetResult(null);
        if (!CanMeasure && _bench.Limit is null)
            return;
        _stop = new CancellationTokenSource();
        _loop = LookAsync(_stop.Token);
    }

    /// <summary>Power goes off: stops to look.</summary>
    public async Task StopAsync()
    {
        if (_stop is null)
            return;
        Trace.Mark("power off");
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _stop = null;
        _shortCheck.TrySetCanceled();
    }

    /// <summary>Mean current of the first 300 ms behind the inrush; null without a meter.</summary>
    public Task<CurrentMean?> ShortCheckAsync(CancellationToken cancel) => _shortCheck.Task.WaitAsync(cancel);

    /// <summary>Looks often until disposed: for a current window.</summary>
    public IDisposable LookClosely()
    {
        Interlocked.Increment(ref _closeLooks);
        return new CloserLook(this);
    }

    /// <summary>The readings since a moment of the clock.</summary>
    public IReadOnlyList<CurrentSample> Since(long timestamp)
    {
        lock (_gate)
            return [.. _samples.Where(sample => sample.Timestamp >= timestamp)];
    }

    /// <summary>Mean over the last while; null where there is no reading in it.</summary>
    public CurrentMean? MeanOver(TimeSpan span) =>
        CurrentMean.Of(Since(_clock.GetTimestamp() - (long)(span.TotalSeconds * _clock.TimestampFrequency)), span);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _trip.Dispose();
    }

    private async Task LookAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if (_bench.Meter is { } meter)
                    await ReadAsync(meter, stop);
                if ((await IsLimitingAsync(stop) ? InLimit() : TooMuch()) is { } overCurrent)
                {
                    await CutAsync(overCurrent);
                    return;
                }

                FinishShortCheck();
                bool close = Volatile.Read(ref _closeLooks) > 0 || !_shortCheck.Task.IsCompleted;
                await Task.Delay(close ? Close : Idle, _clock, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Power goes off; there is nothing left to look at.
        }
        catch (BenchException e)
        {
            await LoseAsync(e);
        }
    }

    private async Task ReadAsync(ICurrentMeter meter, CancellationToken stop)
    {
        (double Value, bool IsThere) reading = await AskAsync(meter.ReadMilliamperesAsync, _readAt, BenchReasons.MeterLost, stop);
        if (!reading.IsThere)
        {
            Last = null;
            return;
        }

        _readAt = _clock.GetTimestamp();
        Add(reading.Value);
    }

    /// <summary>Asks the supply, where it knows; no more often than the current is read, so that a window keeps its readings.</summary>
    private async Task<bool> IsLimitingAsync(CancellationToken stop)
    {
        if (_bench.Limit is not { } limit || _clock.GetElapsedTime(_poweredAt) < Blanking || _clock.GetElapsedTime(_limitReadAt) < Blanking)
            return false;
        (bool isLimiting, bool isThere) = await AskAsync(limit.IsLimitingAsync, _limitReadAt, BenchReasons.PowerLost, stop);
        if (isThere)
            _limitReadAt = _clock.GetTimestamp();
        return isThere && isLimiting;
    }

    /// <summary>One answer, or none: one that was lost on its way is no reason to stop a run, a second without any is.</summary>
    /// <exception cref="BenchException">There was none since <paramref name="since"/>, and that is a second ago.</exception>
    private async Task<(T Value, bool IsThere)> AskAsync<T>(
        Func<CancellationToken, ValueTask<T>> ask, long since, string reason, CancellationToken stop)
    {
        TimeSpan left = SilenceLimit - _clock.GetElapsedTime(since);
        using CancellationTokenSource limit = new(left > LeastPatience ? left : LeastPatience, _clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            return (await ask(both.Token), true);
        }
        catch (BenchException) when (_clock.GetElapsedTime(since) < SilenceLimit)
        {
            return (default!, false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw new BenchException(
                reason,
                $"nobody saw the current of slot {_bench.Slot.Number} for {SilenceLimit.TotalSeconds:0} s",
                "Check the slot's meter and supply and their cables; then retest the unit.");
        }
    }

    private void Add(double milliamperes)
    {
        long now = _clock.GetTimestamp();
        Last = milliamperes;
        Trace.Add(milliamperes);
        lock (_gate)
        {
            _samples.Enqueue(new CurrentSample(now, milliamperes));
            while (_samples.TryPeek(out CurrentSample oldest) && _clock.GetElapsedTime(oldest.Timestamp, now) > Kept)
                _samples.Dequeue();
        }
    }

    /// <summary>Judges the mean of the last 300 ms; of a meter too slow to give three readings in that time, the mean of its last two.</summary>
    private OverCurrent? TooMuch()
    {
        long now = _clock.GetTimestamp();
        TimeSpan on = _clock.GetElapsedTime(_poweredAt, now);
        if (on < Blanking + CutoffSpan)
            return null;
        CurrentSample[] span;
        lock (_gate)
        {
            CurrentSample[] all = [.. _samples.Where(sample => _clock.GetElapsedTime(_poweredAt, sample.Timestamp) >= Blanking)];
            span = [.. all.Where(sample => _clock.GetElapsedTime(sample.Timestamp, now) <= CutoffSpan)];
            if (span.Length < QuickMeterReadings)
                span = [.. all.TakeLast(SlowMeterReadings)];
        }

        if (span.Length < SlowMeterReadings)
            return null;
        CurrentMean mean = CurrentMean.Of(span, _clock.GetElapsedTime(span[0].Timestamp, now))!;
        return mean.Milliamperes > _cutoffMilliamperes ? new OverCurrent(mean, on) : null;
    }

    private OverCurrent InLimit()
    {
        TimeSpan on = _clock.GetElapsedTime(_poweredAt);
        return new OverCurrent(CurrentMean.Of(Since(_poweredAt), on), on, InLimit: true);
    }

    private void FinishShortCheck()
    {
        if (_shortCheck.Task.IsCompleted || _clock.GetElapsedTime(_poweredAt) < Blanking + CutoffSpan)
            return;
        long from = _poweredAt + (long)(Blanking.TotalSeconds * _clock.TimestampFrequency);
        IReadOnlyList<CurrentSample> seen = Since(from);
        if (seen.Count < QuickMeterReadings && _clock.GetElapsedTime(_poweredAt) > ShortCheckLimit)
        {
            throw new BenchException(
                BenchReasons.MeterLost,
                $"the meter gave {seen.Count} readings in the first {ShortCheckLimit.TotalSeconds:0} s of power, {QuickMeterReadings} are needed to rule out a short",
                "Check that the meter answers quickly enough; then retest the unit.");
        }

        if (seen.Count >= QuickMeterReadings)
            _shortCheck.TrySetResult(CurrentMean.Of(seen, _clock.GetElapsedTime(from)));
    }

    private async Task CutAsync(OverCurrent overCurrent)
    {
        Trace.Mark("power cut");
        CutFault = await _bench.CutPowerAsync();
        OverCurrent = overCurrent;
        _shortCheck.TrySetResult(overCurrent.Mean);
        await _trip.CancelAsync();
    }

    /// <summary>A slot with power that nobody watches must not go on.</summary>
    private async Task LoseAsync(BenchException fault)
    {
        MeterFault = fault;
        Trace.Mark("power cut");
        CutFault = await _bench.CutPowerAsync();
        string cut = CutFault is null ? "power was cut" : $"and power could not be cut: {CutFault.Message}";
        MeterFault = new BenchException(fault.Reason, $"{fault.Message}; {cut}", CutFault?.Remedy ?? fault.Remedy, fault);
        _shortCheck.TrySetException(MeterFault);
        await _trip.CancelAsync();
    }

    private sealed class CloserLook(CurrentWatch watch) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                Interlocked.Decrement(ref watch._closeLooks);
        }
    }
}

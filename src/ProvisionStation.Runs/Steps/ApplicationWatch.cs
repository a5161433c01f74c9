using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Bench.Serial;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Starts the application and sees it live: the boot log from TX2, and the current.</summary>
public sealed class ApplicationWatch : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private readonly SlotBench _bench;
    private readonly CurrentWatch _current;
    private readonly Bus _bus;
    private readonly Recipe _recipe;
    private readonly TimeProvider _clock;
    private CancellationTokenSource? _stop;
    private Task _reading = Task.CompletedTask;
    private TaskCompletionSource _news = NewNews();
    private long _startedAt;

    /// <summary>Makes a watch over a slot's unit.</summary>
    public ApplicationWatch(SlotBench bench, CurrentWatch current, Bus bus, Recipe recipe, TimeProvider clock)
    {
        _bench = bench;
        _current = current;
        _bus = bus;
        _recipe = recipe;
        _clock = clock;
    }

    /// <summary>What the application of the last start has said; null where no log is wired or nothing was started.</summary>
    public ObkBootLog? Log { get; private set; }

    /// <summary>True where the last start was seen to complete, or was left alone long enough where no log is wired.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>How long the last start took to complete.</summary>
    public TimeSpan BootTime { get; private set; }

    /// <summary>Power cycles the unit into its application. The log is read from before power rises.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await StopReadingAsync();
        await _bus.CloseAsync();
        if (_bench.IsOn)
            await _bus.PowerOffAsync(cancel);
        IsComplete = false;
        Log = null;
        if (_bench.Log is { } port)
        {
            port.DiscardInput();
            Log = new ObkBootLog();
            _stop = new CancellationTokenSource();
            _reading = ReadAsync(port, Log, _stop.Token);
        }

        // Counted before it starts: whatever ends this run, a boot that was cut off is on record.
        _bus.Boots.CountStart();
        _startedAt = await _bus.PowerApplicationAsync(cancel);
    }

    /// <summary>Leaves the unit alone until its boot is complete.</summary>
    /// <returns>Null when it lives; otherwise what it died of.</returns>
    /// <exception cref="BenchException">brown-out, log-lost, or a port that is gone.</exception>
    public async Task<StepOutcome?> CompleteAsync(CancellationToken cancel)
    {
        TimeSpan limit = Log is null ? _recipe.Boot.Alone : _recipe.Boot.Limit;
        while (_clock.GetElapsedTime(_startedAt) < limit)
        {
            if (Log is { IsBootComplete: true })
            {
                Completed();
                return null;
            }

            if (Log is { } log && BootJudgement.OfRestarts(log) is { } loop)
                return loop;

            await NewsAsync(Look, cancel);
        }

        CurrentMean? mean = _current.MeanOver(Settle);
        StepOutcome? bad = Log is null
            ? BootJudgement.WithoutLog(mean, _recipe.Current)
            : BootJudgement.OfSilence(Log, mean, _recipe.Current, limit);
        if (bad is null)
            Completed();
        return bad;
    }

    /// <summary>Waits until the log says something more, or the limit is over.</summary>
    public async Task<bool> SaysAsync(Func<ObkBootLog, bool> what, TimeSpan limit, CancellationToken cancel)
    {
        long from = _clock.GetTimestamp();
        while (Log is { } log)
        {
            if (what(log))
                return true;
            if (_clock.GetElapsedTime(from) >= limit)
                return false;
            await NewsAsync(Look, cancel);
        }

        return false;
    }

    /// <summary>Stops to read the log; what was read stays.</summary>
    public async Task StopReadingAsync()
    {
        if (_stop is null)
            return;
        await _stop.CancelAsync();
        await _reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _stop.Dispose();
        _stop = null;
        _reading = Task.CompletedTask;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopReadingAsync();

    private void Completed()
    {
        IsComplete = true;
        BootTime = _clock.GetElapsedTime(_startedAt);
        _bus.Boots.CountComplete();
    }

    private async Task ReadAsync(ISerialPort port, ObkBootLog log, CancellationToken stop)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                int count = await port.ReadAsync(buffer, 1, TimeSpan.FromSeconds(1), stop);
                if (count == 0)
                    continue;
                log.Feed(buffer.AsSpan(0, count));
                Interlocked.Exchange(ref _news, NewNews()).TrySetResult();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The watch is over.
        }
    }

    private async Task NewsAsync(TimeSpan limit, CancellationToken cancel)
    {
        Task news = Volatile.Read(ref _news).Task;
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task first = await Task.WhenAny(news, _reading.IsCompleted && !_reading.IsFaulted ? news : _reading, Task.Delay(limit, _clock, ended.Token));
        await ended.CancelAsync();
        if (first == _reading)
            await _reading;
        cancel.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

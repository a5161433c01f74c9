using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Gets the bus of one slot: power or reset, link checks already flowing, one session at a time.</summary>
public sealed class Bus : IAsyncDisposable
{
    private readonly SlotBench _bench;
    private readonly CurrentWatch _current;
    private readonly Recipe _recipe;
    private readonly TimeProvider _clock;
    private readonly List<LinkStatistics> _ended = [];
    private BootLoaderSession? _session;
    private readonly CancellationTokenRegistration _cut;
    private Task<LinkResult>? _first;
    private bool _heldInReset;

    /// <summary>Makes the bus of a slot; nothing is switched yet.</summary>
    public Bus(SlotBench bench, CurrentWatch current, Recipe recipe, TimeProvider clock)
    {
        _bench = bench;
        _current = current;
        _recipe = recipe;
        _clock = clock;
        Trace = new UartTrace(clock);
        _cut = current.Tripped.Register(() => Trace.Mark(UartMark.PowerCut));
    }

    /// <summary>What went over the line, over all sessions of the run, and what happened to its power.</summary>
    public UartTrace Trace { get; }

    /// <summary>The short boots, which failed links cause once an application is in the flash.</summary>
    public BootCounter Boots { get; } = new();

    /// <summary>True between a link and the next power cycle.</summary>
    public bool HasSession => _session is not null;

    /// <summary>The session in use.</summary>
    public BootLoaderSession Session => _session ?? throw new InvalidOperationException("there is no bus session: a step forgot to link");

    /// <summary>How the line did, over all sessions of the run.</summary>
    public IReadOnlyDictionary<string, long> Statistics()
    {
        List<LinkStatistics> all = [.. _ended];
        if (_session is not null)
            all.Add(_session.Statistics);
        if (all.Count == 0)
            return new Dictionary<string, long>();
        // The rates at which sectors went over the line; where none did, what the line is at.
        return new Dictionary<string, long>
        {
            ["bitRate"] = all.Max(one => one.HighestBitRate) is > 0 and var highest ? highest : all.Max(one => one.BitRate),
            ["lowestBitRate"] = all.Where(one => one.LowestBitRate > 0).Select(one => one.LowestBitRate).DefaultIfEmpty(all.Min(one => one.BitRate)).Min(),
            ["bytesSent"] = all.Sum(one => one.BytesSent),
            ["bytesReceived"] = all.Sum(one => one.BytesReceived),
            ["strayBytes"] = all.Sum(one => one.StrayBytes),
            ["skippedFrames"] = all.Sum(one => (long)one.SkippedFrames),
            ["readRetries"] = all.Sum(one => (long)one.ReadRetries),
            ["writeRetries"] = all.Sum(one => (long)one.WriteRetries),
            ["rateDrops"] = all.Sum(one => (long)one.RateDrops),
            ["relinks"] = all.Sum(one => (long)one.Relinks),
        };
    }

    /// <summary>Power comes on for the first time. With a reset line the unit stays in reset; without one the link checks flow already.</summary>
    /// <param name="cancel">Ends the run, not only a step: the link goes on behind the step that started it.</param>
    public async Task PowerOnAsync(CancellationToken cancel)
    {
        Open();
        if (_bench.Slot.Reset is not null)
        {
            await PowerUpAsync(cancel);
            _heldInReset = true;
            return;
        }

        _first = Session.LinkAsync(_recipe.Link.Window, cancel);
    }

    /// <summary>The link that was started with the power, as long as nobody has waited for it; ended without a result where there is none.</summary>
    public Task FirstLink => (Task?)_first ?? Task.CompletedTask;

    /// <summary>Links, with as many power cycles as allowed.</summary>
    /// <param name="letOneBootComplete">Lets the application boot to its end, called when too many short boots came together.</param>
    /// <param name="most">Attempts at most, 1 and up.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The result of the last attempt, and the attempts.</returns>
    public async Task<(LinkResult Result, int Attempts)> LinkAsync(Func<CancellationToken, Task> letOneBootComplete, int most, CancellationToken cancel)
    {
        if (_session is null)
            Open();
        LinkResult result = LinkResult.Silent;
        for (int attempt = 1; attempt <= most; attempt++)
        {
            if (Boots.MustComplete)
                await letOneBootComplete(cancel);
            result = await (_first ?? Session.LinkAsync(_recipe.Link.Window, cancel));
            _first = null;
            if (result == LinkResult.Linked)
                return (result, attempt);
            Boots.CountStart();
        }

        return (result, most);
    }

    /// <summary>Ends the session; the unit keeps its power.</summary>
    public async Task CloseAsync()
    {
        if (_first is not null)
        {
            // Nobody waited for it; its end must be seen, whatever it was.
            await _first.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            _first = null;
        }

        if (_session is null)
            return;
        _ended.Add(_session.Statistics);
        await _session.DisposeAsync();
        _session = null;
    }

    /// <summary>Switches the slot off and proves it.</summary>
    /// <exception cref="BenchException"><see cref="BenchReasons.PowerStuck"/> where current still flows.</exception>
    public async Task PowerOffAsync(CancellationToken cancel)
    {
        _heldInReset = false;
        await _current.StopAsync();
        Trace.Mark(UartMark.PowerOff);
        await _bench.PowerOffAsync(cancel);
        Trace.Mark(_bench.IsPortOpen ? UartMark.Break : UartMark.PortClosed);
    }

    /// <summary>Switches the slot on for its application: nothing is sent.</summary>
    /// <returns>When power came on, as a moment of the clock.</returns>
    public async Task<long> PowerApplicationAsync(CancellationToken cancel)
    {
        long from = await PowerUpAsync(cancel);
        await ReleaseAsync(cancel);
        return from;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _cut.DisposeAsync();
    }

    private void Open()
    {
        Trace.Mark(UartMark.Session);
        _session = new BootLoaderSession(
            () => _bench.Port,
            RestartAsync,
            new SessionOptions(_recipe.Link.Rates, ReadTries: _recipe.Retry.Read, WriteTries: _recipe.Retry.Write),
            _clock,
            Trace);
    }

    private async Task<long> PowerUpAsync(CancellationToken cancel)
    {
        await _bench.PowerOnAsync(cancel);
        long from = _clock.GetTimestamp();
        Trace.Mark(UartMark.PowerOn);
        await _current.StartAsync();
        return from;
    }

    private async Task ReleaseAsync(CancellationToken cancel)
    {
        await _bench.ReleaseResetAsync(cancel);
        if (_bench.Slot.Reset is not null)
            Trace.Mark(UartMark.ResetReleased);
    }

    private async Task RestartAsync(CancellationToken cancel)
    {
        if (!_heldInReset)
        {
            if (_bench.IsOn)
                await PowerOffAsync(cancel);
            await PowerUpAsync(cancel);
        }

        _heldInReset = false;
        await ReleaseAsync(cancel);
    }
}

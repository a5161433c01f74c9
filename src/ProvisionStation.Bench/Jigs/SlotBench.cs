using ProvisionStation.Bench.Meters;
using ProvisionStation.Bench.Power;
using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Bench.Jigs;

/// <summary>The wires of one slot: port, log port, power, reset, meter. Owned by one channel.</summary>
/// <remarks>While the slot is off its port is closed, or open with TX at break where the port has lines: a unit without power must not be
/// fed through its receiver. <see cref="CutPowerAsync"/> may be called from anywhere at any time; the other calls come one at a
/// time.</remarks>
public sealed class SlotBench : IAsyncDisposable
{
    /// <summary>The rate of every boot loader at its start, and of the boot log.</summary>
    private const int StartBitRate = 115200;

    /// <summary>Shortest time without power, so that capacitors are empty. Source: the station's design, section 5.</summary>
    private static readonly TimeSpan OffTime = TimeSpan.FromSeconds(0.6);

    private static readonly TimeSpan CutLimit = TimeSpan.FromSeconds(2);

    /// <summary>Between the port's opening and power where nothing holds the unit in reset: whoever links sends its first checks
    /// in it.</summary>
    private static readonly TimeSpan LinkLead = TimeSpan.FromMilliseconds(20);

    private readonly IPowerSupply _supply;
    private readonly LineReset? _reset;
    private readonly Func<string, int, ISerialPort> _open;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ISerialPort? _port;
    private volatile CancellationTokenSource? _switchingOn;
    private volatile bool _isOn;
    private long _offSince;
    private volatile bool _isOurs;

    /// <param name="slot">The slot.</param>
    /// <param name="supply">Its power; null where a line of its own port switches it.</param>
    /// <param name="meter">Its meter; null: none.</param>
    /// <param name="open">Opens a port by path and bit rate.</param>
    /// <param name="clock">The clock of every limit.</param>
    /// <param name="limit">Says whether its supply is in current limit; null: nobody.</param>
    internal SlotBench(
        JigSlot slot,
        IPowerSupply? supply,
        ICurrentMeter? meter,
        Func<string, int, ISerialPort> open,
        TimeProvider clock,
        ICurrentLimit? limit = null)
    {
        (Slot, Meter, Limit, _open, _clock) = (slot, meter, limit, open, clock);
        _supply = supply ?? new LineSupply(Line(slot.Power));
        _reset = slot.Reset is null ? null : new LineReset(Line(slot.Reset));
        _offSince = clock.GetTimestamp();
    }

    /// <summary>The slot as the jig file describes it.</summary>
    public JigSlot Slot { get; }

    /// <summary>True while the slot is switched on, or may be: an "off" that nobody confirmed does not count.</summary>
    public bool IsOn => _isOn;

    /// <summary>True while <see cref="Port"/> can be had.</summary>
    public bool IsPortOpen => _port is not null;

    /// <summary>The unit's UART1; open from <see cref="OpenAsync"/> on while the slot is on, and while it is off where TX can be
    /// held at break.</summary>
    /// <exception cref="InvalidOperationException">The slot is off and its port closed.</exception>
    public ISerialPort Port => _port ?? throw new InvalidOperationException($"slot {Slot.Number} is off and its port is closed");

    /// <summary>The port that listens to TX2 at 115200; null where it is not wired, and before <see cref="OpenAsync"/>.</summary>
    public ISerialPort? Log { get; private set; }

    /// <summary>The slot's current meter; null where it has none.</summary>
    public ICurrentMeter? Meter { get; }

    /// <summary>Says whether the slot's supply is in current limit; null where it cannot.</summary>
    public ICurrentLimit? Limit { get; }

    /// <summary>True where a person or relay switches the power.</summary>
    public bool IsMechanical => _supply.IsMechanical;

    /// <summary>Opens the ports (exclusively) and makes sure that the slot is off. Again after a fault: closes what was open
    /// first.</summary>
    /// <remarks>The port comes first: who holds it owns the slot. While another station does, its supply is not touched, by this or any
    /// other call (law 5).</remarks>
    /// <exception cref="BenchException">A port does not exist, is busy, or is gone; the supply does not answer, or current still
    /// flows.</exception>
    public Task OpenAsync(CancellationToken cancel) => InTurnAsync(
        async () =>
        {
            await ClosePortAsync();
            await CloseLogAsync();
            try
            {
                await OpenPortAsync();
            }
            catch (BenchException e) when (e.Reason != BenchReasons.PortBusy)
            {
                await SwitchOffAsync(cancel);
                throw;
            }

            await SwitchOffAsync(cancel);
            await QuietAsync(cancel);
            OpenLog();
            await ProveOffAsync(cancel);
        },
        cancel);

    /// <summary>Switches the slot on: opens the port if it was closed while off, ends break, and with a reset line powers on in
    /// reset.</summary>
    /// <remarks>Off time is kept: waits until the slot was off for at least 0.6 s, so that capacitors are empty.
    /// With a reset line the unit is held in reset until <see cref="ReleaseResetAsync"/>.</remarks>
    /// <exception cref="BenchException">A port cannot be opened, the supply does not answer, or power was cut meanwhile.</exception>
    public Task PowerOnAsync(CancellationToken cancel) => InTurnAsync(
        async () =>
        {
            using CancellationTokenSource cut = new();
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancel, cut.Token);
            _switchingOn = cut;
            try
            {
                await WaitOffTimeAsync(both.Token);
                await ReopenAsync();
                await HoldResetAsync(both.Token);
                _port!.Lines?.SetBreak(false);
                if (_reset is null)
                    await Task.Delay(LinkLead, _clock, both.Token);
                _isOn = true;
                await _supply.OnAsync(both.Token);
                both.Token.ThrowIfCancellationRequested();
            }
            catch (OperationCanceledException) when (cut.IsCancellationRequested)
            {
                // Whichever of the two came first at the supply: off comes last.
                await SwitchOffAsync(cancel);
                throw new BenchException(
                    BenchReasons.PowerLost, $"power of slot {Slot.Number} was cut while it came on", "Run the unit again.");
            }
            finally
            {
                _switchingOn = null;
            }
        },
        cancel);

    /// <summary>Lets a unit start that is held in reset; does nothing where there is no reset line.</summary>
    public async Task ReleaseResetAsync(CancellationToken cancel)
    {
        if (_reset is not null)
            await _reset.ReleaseAsync(cancel);
    }

    /// <summary>Switches the slot off, holds TX at break or closes the port, and proves it where there is a meter: at most 1 mA
    /// within 1 s.</summary>
    /// <exception cref="BenchException"><see cref="BenchReasons.PowerStuck"/> when current still flows.</exception>
    public Task PowerOffAsync(CancellationToken cancel) => InTurnAsync(
        async () =>
        {
            if (!_isOurs)
                return;
            await SwitchOffAsync(cancel);
            await QuietAsync(cancel);
            await ProveOffAsync(cancel);
        },
        cancel);

    /// <summary>Switches the slot off whatever else is going on, within 2 s, and never throws: for over-current, cancel and
    /// shutdown.</summary>
    /// <remarks>The port stays open until <see cref="PowerOffAsync"/>, with TX at break where it can: who talks over it shall
    /// learn of the cut, not of a closed port.</remarks>
    /// <returns>Null when the supply confirmed; otherwise what went wrong.</returns>
    public async Task<BenchException?> CutPowerAsync()
    {
        if (!_isOurs)
            return null; // never switched from here, or another station's
        try
        {
            using CancellationTokenSource limit = new(CutLimit, _clock);
            // Not only the token: a driver that does not listen to it must not hold up the rest.
            await Task.Run(() => CutAsync(limit.Token), CancellationToken.None).WaitAsync(CutLimit, _clock);
            BreakQuietly();
            return null;
        }
        catch (BenchException e)
        {
            return e;
        }
        catch (Exception e)
        {
            bool late = e is TimeoutException or OperationCanceledException;
            string what = late ? $"the supply did not confirm within {CutLimit.TotalSeconds:0} s" : $"{e.GetType().Name}: {e.Message}";
            return new BenchException(
                BenchReasons.PowerLost, $"slot {Slot.Number} may still have power: {what}", "Switch the slot's supply off by hand.", e);
        }
    }

    /// <summary>Switches off and closes; never hangs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isOurs && (_isOn || !IsMechanical))
            await CutPowerAsync();
        await ClosePortAsync();
        await CloseLogAsync();
        (_supply as IDisposable)?.Dispose();
    }

    /// <summary>True where a line of the slot's port switches its power or reset, so that closing the port must let go of it.</summary>
    internal static bool LinesSwitchPower(JigSlot slot) => slot.Power.Driver is "rts" or "dtr" || slot.Reset is not null;

    private bool SwitchesPowerByLine => _supply is LineSupply;

    private async Task InTurnAsync(Func<Task> work, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task SwitchOffAsync(CancellationToken cancel)
    {
        // A line that switches power is released, and the slot off, where its port is closed or pulled out.
        bool isReleased = SwitchesPowerByLine && (_port is null or { IsGone: true });
        if (!isReleased)
            await _supply.OffAsync(cancel);
        if (_isOn)
            Interlocked.Exchange(ref _offSince, _clock.GetTimestamp());
        _isOn = false;
    }

    private async Task WaitOffTimeAsync(CancellationToken cancel)
    {
        TimeSpan left = OffTime - _clock.GetElapsedTime(Interlocked.Read(ref _offSince));
        if (left > TimeSpan.Zero)
            await Task.Delay(left, _clock, cancel);
    }

    /// <summary>Nothing feeds the unit from now on: reset is held, TX is at break, or the port is closed.</summary>
    private async Task QuietAsync(CancellationToken cancel)
    {
        if (_port is not { } port)
            return;
        try
        {
            await HoldResetAsync(cancel);
            if (port.Lines is { } lines)
            {
                lines.SetBreak(true);
                return;
            }
        }
        catch (BenchException)
        {
            // The adapter was pulled out, or knows no break: closed, it feeds nothing. A port that is gone is named when the slot
            // is switched on again.
        }

        await ClosePortAsync();
    }

    private async Task HoldResetAsync(CancellationToken cancel)
    {
        if (_reset is not null)
            await _reset.HoldAsync(cancel);
    }

    private Task ProveOffAsync(CancellationToken cancel) =>
        Meter is null ? Task.CompletedTask : OffProof.WaitAsync(Meter, Slot.Number, () => _isOn = true, _clock, cancel);

    /// <summary>Both ports are open and alive afterwards; a log port whose adapter was plugged in again is found again here.</summary>
    private async Task ReopenAsync()
    {
        if (_port is null or { IsGone: true })
        {
            await ClosePortAsync();
            await OpenPortAsync();
        }

        if (Log is { IsGone: true })
        {
            await CloseLogAsync();
            OpenLog();
        }

        if (Slot.Log is not null && Log is null)
            OpenLog();
    }

    private async Task OpenPortAsync()
    {
        ISerialPort port = Claim();
        if (LinesSwitchPower(Slot) && port.Lines is null)
        {
            await port.DisposeAsync();
            throw NoLines();
        }

        _port = port;
    }

    private ISerialPort Claim()
    {
        try
        {
            ISerialPort port = _open(Slot.Port, StartBitRate);
            Own();
            return port;
        }
        catch (BenchException e) when (e.Reason == BenchReasons.PortBusy)
        {
            _isOurs = false;
            _isOn = false;
            throw;
        }
        catch (BenchException)
        {
            Own(); // nobody holds a port that is not there
            throw;
        }
    }

    /// <summary>Nobody knows whether a slot that has just become ours has power, until it is switched off.</summary>
    private void Own()
    {
        _isOn |= !_isOurs;
        _isOurs = true;
    }

    private void OpenLog() => Log = Slot.Log is null ? null : _open(Slot.Log, StartBitRate);

    private async Task ClosePortAsync()
    {
        if (_port is { } port)
        {
            _port = null;
            await port.DisposeAsync();
        }
    }

    private async Task CloseLogAsync()
    {
        if (Log is { } log)
        {
            Log = null;
            await log.DisposeAsync();
        }
    }

    private Task CutAsync(CancellationToken limit)
    {
        CancelSwitchingOn();
        return SwitchOffAsync(limit);
    }

    private void CancelSwitchingOn()
    {
        try
        {
            _switchingOn?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    private void BreakQuietly()
    {
        try
        {
            _port?.Lines?.SetBreak(true);
        }
        catch (BenchException)
        {
            // Power is off, which was the task; the port's fault shows at its next use.
        }
    }

    private SlotLine Line(JigDevice device) => new(device.Driver == "rts", device.ActiveLow, () => Port.Lines ?? throw NoLines());

    private BenchException NoLines() => new(
        BenchReasons.PowerLost,
        $"port {Slot.Port} of slot {Slot.Number} has no RTS and DTR",
        "Use an adapter that has them, or another driver for power and reset.");
}

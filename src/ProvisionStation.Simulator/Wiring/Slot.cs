using ProvisionStation.Simulator.Instruments;
using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>One slot of the virtual bench: supply channel, UART adapter, log adapter, and what is in it. Safe for use by many
/// threads.</summary>
internal sealed class Slot : ISupplyChannel, IDisposable
{
    /// <summary>More than this unread in the log's line discipline means that nobody reads: a real adapter's bytes would be lost.</summary>
    private const int LogUnreadMost = 3000;

    /// <summary>A module does not start below this; instruments sheet section 4.2: 3.0 to 3.6 V.</summary>
    private const double LeastVolts = 2.7;
    private const double ShortVolts = 0.4;

    /// <summary>When to offer bytes again that the system did not take, in ns.</summary>
    private const long HeldRetry = 1_000_000;

    private readonly Lock _gate = new();
    private readonly string _uartLink;
    private readonly Pty _log;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly byte[] _held = new byte[16 * 1024];
    private readonly Random _dice;
    private Pty? _uart;
    private Unit? _unit;
    private int _heldBytes;
    private bool _isOn;
    private bool _isTripped;
    private int _deadSwitchings;
    private PowerCycle _cycle = new(0, 0, 0, 0);

    public Slot(int number, string folder, ulong seed)
    {
        Number = number;
        _dice = new Random((int)seed + number);
        _uartLink = Path.Combine(folder, $"slot{number}");
        UartPath = _uartLink;
        LogPath = _uartLink + "-log";
        _uart = Pty.Open(_uartLink);
        _log = Pty.Open(LogPath);
    }

    /// <summary>1 and up; also its channel of the supply.</summary>
    public int Number { get; }

    public string UartPath { get; }

    public string LogPath { get; }

    /// <summary>Set point, V.</summary>
    public double Volts { get; private set; } = 3.3;

    /// <summary>Current limit, A.</summary>
    public double LimitAmperes { get; set; } = 0.5;

    /// <summary>Told after each power cycle, while the slot is off; without a report where the slot is empty.</summary>
    public Action<Slot, CycleReport?>? CycleEnded { get; set; }

    /// <summary>Descriptors to wait for; -1 for none.</summary>
    public (int Uart, int Log) Descriptors
    {
        get
        {
            lock (_gate)
                return (_unit?.Receive.Count >= ReceiveLine.FullBytes ? -1 : _uart?.Master ?? -1, _log.Master);
        }
    }

    /// <summary>True while the channel gives power.</summary>
    public bool IsOn
    {
        get
        {
            lock (_gate)
                return _isOn && !_isTripped;
        }
    }

    /// <summary>How often the supply was told to switch the channel on and was off before.</summary>
    public int PowerOns { get; private set; }

    /// <summary>Runs something on what is in the slot, alone.</summary>
    public T Look<T>(Func<Unit?, T> look)
    {
        lock (_gate)
            return look(_unit);
    }

    /// <summary>Puts a unit in, or takes it out.</summary>
    /// <exception cref="FormatException">There is one already, or none to take out.</exception>
    public void Put(Unit? unit, long now)
    {
        lock (_gate)
        {
            if ((unit is null) == (_unit is null))
                throw new FormatException($"slot {Number} {(_unit is null ? "is empty" : $"holds {_unit.Serial}; remove it first")}");
            _unit?.PowerOff(now);
            _unit = unit;
            _deadSwitchings = 0;
            _isTripped = false;
            Feed(now);
        }
    }

    /// <summary>Switches the channel.</summary>
    public void Switch(bool on, long now)
    {
        CycleReport? report = null;
        lock (_gate)
        {
            if (_isOn == on)
                return;
            _isOn = on;
            if (!on)
                report = EndCycle();
            _isTripped = on && _deadSwitchings > 0;
            _deadSwitchings -= _isTripped ? 1 : 0;
            PowerOns += on ? 1 : 0;
            if (on)
                BeginCycle();
            Feed(now);
        }

        if (!on)
            CycleEnded?.Invoke(this, report);
    }

    /// <summary>Changes the set point.</summary>
    public void SetVolts(double volts, long now)
    {
        lock (_gate)
        {
            Volts = volts;
            Feed(now);
        }
    }

    /// <summary>Amperes and volts at the slot.</summary>
    public (double Amperes, double Volts) Measure(long now)
    {
        lock (_gate)
        {
            if (!_isOn || _isTripped)
                return (0, 0);
            double amperes = (_unit?.Milliamperes(now) ?? 0) / 1000;
            return amperes > LimitAmperes ? (LimitAmperes, ShortVolts) : (amperes, Volts);
        }
    }

    /// <summary>True while the unit wants more than the channel's current limit.</summary>
    public bool IsLimiting(long now)
    {
        lock (_gate)
            return _isOn && !_isTripped && _unit?.Milliamperes(now) / 1000 > LimitAmperes;
    }

    /// <summary>Pulls the UART adapter out or puts it back: another device, the same name.</summary>
    /// <exception cref="FormatException">It is so already.</exception>
    public void PlugAdapter(bool isIn)
    {
        lock (_gate)
        {
            if (isIn == _uart is not null)
                throw new FormatException($"the adapter of slot {Number} is {(isIn ? "in" : "out")} already");
            _uart?.Dispose();
            _uart = isIn ? Pty.Open(_uartLink) : null;
            _heldBytes = 0;
        }
    }

    /// <summary>Takes what the host has written. Bytes sent while the slot is off are lost.</summary>
    public void ReadHost(long now)
    {
        lock (_gate)
        {
            while (_log.Read(_buffer) > 0)
                continue; // RX2 is not wired
            if (_uart is null || _unit?.Receive.Count >= ReceiveLine.FullBytes)
                return;
            int count = _uart.Read(_buffer);
            if (count > 0 && _unit is not null)
                _unit.Hear(_buffer.AsSpan(0, count), _uart.HostRate, now);
        }
    }

    /// <summary>Lets the unit live until now, and its bytes through.</summary>
    /// <returns>When to come again at the latest.</returns>
    public long Step(long now)
    {
        lock (_gate)
        {
            if (_unit is not { IsPowered: true } unit)
                return long.MaxValue;
            unit.Advance(now);
            Suffer(unit, now);
            DeliverUart(unit.Uart, now);
            DeliverLog(unit.Log, now);
            return _heldBytes > 0 ? now + HeldRetry : unit.NextDue(now);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _uart?.Dispose();
            _uart = null;
            _log.Dispose();
        }
    }

    private void Suffer(Unit unit, long now)
    {
        switch (unit.TakeTrouble())
        {
            case LoaderWish.LosePower:
                _isTripped = true;
                _deadSwitchings = 1;
                unit.PowerOff(now);
                break;
            case LoaderWish.LoseAdapter when _uart is not null:
                _uart.Dispose();
                _uart = null;
                break;
            default:
                break;
        }
    }

    private void Feed(long now)
    {
        bool hasPower = _isOn && !_isTripped && Volts >= LeastVolts;
        if (_unit is null || hasPower == _unit.IsPowered)
            return;
        if (!hasPower)
        {
            _unit.PowerOff(now);
            _heldBytes = 0;
            return;
        }

        // What an earlier power cycle left in the host's buffers belongs to the past, as with an adapter that was closed.
        _uart?.DiscardUnread();
        _log.DiscardUnread();
        _unit.PowerOn(now);
    }

    private void DeliverUart(TransmitLine line, long now)
    {
        int count = _heldBytes;
        int rate;
        while (_uart is not null && count < _held.Length && line.Take(now, _held.AsSpan(count), out rate) is > 0 and int more)
        {
            if (!ReceiveLine.SameRate(_uart.HostRate, rate))
                _dice.NextBytes(_held.AsSpan(count, more));
            count += more;
        }

        line.EndFrame(now);
        if (_uart is null)
        {
            line.Clear();
            return;
        }

        int written = count == 0 ? 0 : _uart.Write(_held.AsSpan(0, count));
        _heldBytes = count - written;
        if (_heldBytes > 0)
            _held.AsSpan(written, _heldBytes).CopyTo(_held);
    }

    private void DeliverLog(TransmitLine line, long now)
    {
        while (line.Take(now, _buffer, out int rate) is > 0 and int count)
        {
            if (!ReceiveLine.SameRate(_log.HostRate, rate))
                _dice.NextBytes(_buffer.AsSpan(0, count));
            if (_log.Unread < LogUnreadMost)
                _log.Write(_buffer.AsSpan(0, count));
        }

        line.EndFrame(now);
    }

    private void BeginCycle() => _cycle = _unit is null
        ? new PowerCycle(0, 0, 0, 0)
        : new PowerCycle(_unit.Loader.Counters.Reads, _unit.Flash.Erases, _unit.Flash.Programs, _unit.Boots.Starts);

    private CycleReport? EndCycle() => _unit is null
        ? null
        : new CycleReport(
            _unit.WasLinked,
            _unit.Loader.Counters.Reads - _cycle.Reads,
            _unit.Flash.Erases + _unit.Flash.Programs - _cycle.Erases - _cycle.Programs,
            _unit.Boots.Starts - _cycle.Starts);

    private readonly record struct PowerCycle(int Reads, int Erases, int Programs, int Starts);
}

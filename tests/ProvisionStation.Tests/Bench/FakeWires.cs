using System.Globalization;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Meters;
using ProvisionStation.Bench.Power;
using ProvisionStation.Bench.Serial;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Bench;

/// <summary>The wires of one slot in memory: what is switched when is written down in <see cref="Happened"/>.</summary>
internal sealed class FakeWires(SteppedClock clock, bool hasLines) : IPowerSupply, ICurrentMeter, ICurrentLimit
{
    public List<string> Happened { get; } = [];

    public bool IsMechanical { get; set; }

    /// <summary>What the meter reads; the last value stays.</summary>
    public Queue<double> Milliamperes { get; } = new([0]);

    public bool SupplyHangs { get; set; }

    public bool SupplyFails { get; set; }

    public bool MeterFails { get; set; }

    /// <summary>The meter takes the question and never answers.</summary>
    public bool MeterHangs { get; set; }

    public bool IsLimiting { get; set; }

    public bool LimitFails { get; set; }

    /// <summary>Paths that cannot be opened.</summary>
    public HashSet<string> Missing { get; } = [];

    /// <summary>Paths that another program holds.</summary>
    public HashSet<string> Busy { get; } = [];

    public List<FakePort> Ports { get; } = [];

    public string Description => "fake";

    public TimeSpan LastOff { get; private set; }

    public TimeSpan LastOn { get; private set; }

    public ISerialPort Open(string path, int bitRate)
    {
        if (Missing.Contains(path))
            throw new BenchException(BenchReasons.PortGone, $"{path} does not exist", "Plug it in.");
        if (Busy.Contains(path))
            throw new BenchException(BenchReasons.PortBusy, $"{path} is used by another program", "End it.");
        Happened.Add(string.Create(CultureInfo.InvariantCulture, $"open {path} {bitRate}"));
        FakePort port = new(path, bitRate, this, hasLines);
        Ports.Add(port);
        return port;
    }

    public ValueTask OnAsync(CancellationToken cancel) => SwitchAsync("on", cancel);

    public ValueTask OffAsync(CancellationToken cancel) => SwitchAsync("off", cancel);

    public ValueTask<bool> IsLimitingAsync(CancellationToken cancel) => LimitFails
        ? throw new BenchException(BenchReasons.PowerLost, "no flag", "Look.")
        : ValueTask.FromResult(IsLimiting);

    public async ValueTask<double> ReadMilliamperesAsync(CancellationToken cancel)
    {
        if (MeterHangs)
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancel);
        if (MeterFails)
            throw new BenchException(BenchReasons.MeterLost, "silent", "Look.");
        return Milliamperes.Count > 1 ? Milliamperes.Dequeue() : Milliamperes.Peek();
    }

    private async ValueTask SwitchAsync(string what, CancellationToken cancel)
    {
        if (SupplyHangs)
            await new TaskCompletionSource().Task; // listens to nobody
        if (SupplyFails)
            throw new BenchException(BenchReasons.PowerLost, "refused", "Look.");
        cancel.ThrowIfCancellationRequested();
        Happened.Add(what);
        if (what == "on")
            LastOn = clock.Elapsed;
        else
            LastOff = clock.Elapsed;
    }
}

/// <summary>A port in memory whose lines are written down.</summary>
internal sealed class FakePort(string path, int bitRate, FakeWires wires, bool hasLines) : ISerialPort, ILineControl
{
    public string Path => path;

    public int BitRate => bitRate;

    public bool IsGone { get; set; }

    public ILineControl? Lines => hasLines ? this : null;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancel) => ValueTask.CompletedTask;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, int atLeast, TimeSpan limit, CancellationToken cancel) => ValueTask.FromResult(0);

    public void SetBitRate(int bitsPerSecond)
    {
    }

    public void DiscardInput()
    {
    }

    public void SetRts(bool asserted) => Line("rts", asserted);

    public void SetDtr(bool asserted) => Line("dtr", asserted);

    public void SetBreak(bool on) => Line("break", on);

    public ValueTask DisposeAsync()
    {
        IsGone = true;
        wires.Happened.Add($"close {path}");
        return ValueTask.CompletedTask;
    }

    private void Line(string line, bool on)
    {
        if (IsGone)
            throw new BenchException(BenchReasons.PortGone, $"{path} is gone", "Plug it in.");
        wires.Happened.Add($"{line} {(on ? 1 : 0)}");
    }
}

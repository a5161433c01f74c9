using ProvisionStation.Bench.Jigs;
using ProvisionStation.Bench.Meters;
using ProvisionStation.Bench.Power;
using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Tests.Support;

/// <summary>The wires of one slot in memory: supply, meter and port of one unit, with the product's own <see cref="SlotBench"/> on them.</summary>
internal sealed class FakeSlot : IPowerSupply, ICurrentMeter
{
    private static readonly JigDevice Shared = new("psu", 1, null, [], [], [], true);
    private int _ons;

    /// <param name="number">The slot's number.</param>
    /// <param name="clock">The clock of every limit.</param>
    /// <param name="hasMeter">True where the slot can measure.</param>
    /// <param name="port">What is at the other end of the line; null: nobody.</param>
    public FakeSlot(int number, TimeProvider clock, bool hasMeter = true, ISerialPort? port = null)
    {
        Wires = new JigSlot(number, "port", null, Shared, hasMeter ? Shared : null, null, 1);
        Bench = new SlotBench(Wires, this, hasMeter ? this : null, (_, _) => port ?? new SilentPort(), clock);
    }

    public JigSlot Wires { get; }

    public SlotBench Bench { get; }

    public bool IsOn { get; private set; }

    /// <summary>How often power came on.</summary>
    public int Ons => Volatile.Read(ref _ons);

    /// <summary>What the unit draws while it has power.</summary>
    public double Milliamperes { get; set; } = 60;

    /// <summary>What goes on flowing when it is off.</summary>
    public double StuckMilliamperes { get; set; }

    /// <summary>Done before power rises; what it throws is the supply's fault.</summary>
    public Func<CancellationToken, Task> BeforeOn { get; set; } = _ => Task.CompletedTask;

    /// <summary>What the supply throws instead of switching off; null: it works.</summary>
    public Exception? OffFault { get; set; }

    public bool IsMechanical => false;

    public string Description => "fake";

    public async ValueTask OnAsync(CancellationToken cancel)
    {
        await BeforeOn(cancel);
        Interlocked.Increment(ref _ons);
        IsOn = true;
    }

    public ValueTask OffAsync(CancellationToken cancel)
    {
        if (OffFault is not null)
            throw OffFault;
        IsOn = false;
        return ValueTask.CompletedTask;
    }

    public ValueTask<double> ReadMilliamperesAsync(CancellationToken cancel) => ValueTask.FromResult(IsOn ? Milliamperes : StuckMilliamperes);

    /// <summary>A line with nobody at its end.</summary>
    private sealed class SilentPort : ISerialPort
    {
        public string Path => "port";

        public int BitRate => 115200;

        public ILineControl? Lines => null;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancel) => ValueTask.CompletedTask;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, int atLeast, TimeSpan limit, CancellationToken cancel) => ValueTask.FromResult(0);

        public void SetBitRate(int bitsPerSecond)
        {
        }

        public void DiscardInput()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

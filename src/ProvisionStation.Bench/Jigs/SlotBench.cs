using ProvisionStation.Bench.Meters;
using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Bench.Jigs;

/// <summary>The wires of one slot: port, log port, power, reset, meter. Owned by one channel.</summary>
public sealed class SlotBench : IAsyncDisposable
{
    /// <summary>The slot as the jig file describes it.</summary>
    public JigSlot Slot => throw new NotImplementedException();

    /// <summary>True while the slot is switched on.</summary>
    public bool IsOn => throw new NotImplementedException();

    /// <summary>The unit's UART1; open from <see cref="OpenAsync"/> on while the slot is on, and while it is off where TX can be held at break.</summary>
    public ISerialPort Port => throw new NotImplementedException();

    /// <summary>The port that listens to TX2 at 115200; null where it is not wired.</summary>
    public ISerialPort? Log => throw new NotImplementedException();

    /// <summary>The slot's current meter; null where it has none.</summary>
    public ICurrentMeter? Meter => throw new NotImplementedException();

    /// <summary>True where a person or relay switches the power.</summary>
    public bool IsMechanical => throw new NotImplementedException();

    /// <summary>Opens the ports (exclusively) and makes sure that the slot is off. Again after a fault: closes what was open first.</summary>
    /// <exception cref="BenchException">A port does not exist, is busy, or is gone.</exception>
    public Task OpenAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Switches the slot on: opens the port if it was closed while off, ends break, and with a reset line powers on in reset.</summary>
    /// <remarks>Off time is kept: waits until the slot was off for at least 0.6 s, so that capacitors are empty.
    /// With a reset line the unit is held in reset until <see cref="ReleaseResetAsync"/>.</remarks>
    public Task PowerOnAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Lets a unit start that is held in reset; does nothing where there is no reset line.</summary>
    public Task ReleaseResetAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Switches the slot off, holds TX at break or closes the port, and proves it where there is a meter: at most 1 mA within 1 s.</summary>
    /// <exception cref="BenchException"><see cref="BenchReasons.PowerStuck"/> when current still flows.</exception>
    public Task PowerOffAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Switches the slot off whatever else is going on, within 2 s, and never throws: for over-current, cancel and shutdown.</summary>
    /// <returns>Null when the supply confirmed; otherwise what went wrong.</returns>
    public Task<BenchException?> CutPowerAsync() => throw new NotImplementedException();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

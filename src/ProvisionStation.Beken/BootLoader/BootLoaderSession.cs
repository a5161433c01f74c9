using ProvisionStation.Beken.Flash;
using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>One conversation with the loader of one unit. Owns no port: the slot does. Not for use by two callers at once.</summary>
/// <remarks>Reading is public. Erase and write are internal: <see cref="FlashGuard"/> is the only way to them.
/// A unit that goes silent is a <see cref="Bench.BenchException"/> (link-lost), never a verdict.</remarks>
public sealed class BootLoaderSession : IAsyncDisposable
{
    /// <summary>Makes a session; nothing is sent yet.</summary>
    /// <param name="port">Gives the unit's open port; asked again after each restart, because a slot may close its port while off.</param>
    /// <param name="restart">Makes the chip leave reset (power or CEN) while link checks flow; null: the operator did it.</param>
    /// <param name="options">Rates and retries.</param>
    /// <param name="clock">The clock of every limit.</param>
    public BootLoaderSession(Func<ISerialPort> port, Func<CancellationToken, Task>? restart, SessionOptions options, TimeProvider clock) =>
        throw new NotImplementedException();

    /// <summary>How the line did so far.</summary>
    public LinkStatistics Statistics => throw new NotImplementedException();

    /// <summary>What <see cref="IdentifyAsync"/> found; null before.</summary>
    public ChipIdentity? Identity => throw new NotImplementedException();

    /// <summary>Gets the bus once, at 115200: link checks flow, then the chip is restarted, and they go on for <paramref name="window"/> after that.</summary>
    public Task<LinkResult> LinkAsync(TimeSpan window, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Finds out what the unit is. Afterwards the session runs at the best bit rate of the ladder that holds.</summary>
    public Task<ChipIdentity> IdentifyAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The same without raising the bit rate: enough for a presence look. Reads flash id where readable.</summary>
    public Task<ChipIdentity> LookAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Reads a span of whole sectors, each with its retries.</summary>
    /// <param name="range">Whole sectors inside the flash.</param>
    /// <param name="progress">Bytes done so far.</param>
    /// <param name="cancel">Ends the read between sectors or inside one.</param>
    public Task<byte[]> ReadAsync(FlashRange range, IProgress<long>? progress, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The chip's own CRC over a span, as the standard CRC-32 (final inversion done here).</summary>
    /// <param name="range">A multiple of 256 bytes.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<uint> CrcAsync(FlashRange range, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Clears the flash's protection where needed. Does nothing to a flash that is open already.</summary>
    public Task<ProtectionResult> UnprotectAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Keeps a BASIC loader awake with link checks until disposed; harmless on FULL. Between commands of other calls only.</summary>
    public IAsyncDisposable KeepAlive() => throw new NotImplementedException();

    /// <summary>Lets the unit start its application. There is no answer to wait for.</summary>
    public Task RebootAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

namespace ProvisionStation.Bench.Serial;

/// <summary>One serial line, 8 data bits, no parity, 1 stop bit. One owner uses it; no two calls of the same kind at once.</summary>
/// <remarks>A port whose adapter is pulled out throws <see cref="BenchException"/> with <see cref="BenchReasons.PortGone"/> from every
/// pending and later call, at once; disposing never hangs.</remarks>
public interface ISerialPort : IAsyncDisposable
{
    /// <summary>The device path as the jig file names it.</summary>
    string Path { get; }

    /// <summary>The bit rate in use, in bits per second.</summary>
    int BitRate { get; }

    /// <summary>True once the adapter was pulled out or the port was closed: nothing works any more until it is opened anew.</summary>
    bool IsGone => false;

    /// <summary>RTS, DTR and break; null where the line has none (a pseudo terminal).</summary>
    ILineControl? Lines { get; }

    /// <summary>Hands all <paramref name="bytes"/> to the driver. They may still be on their way to the wire when this returns.</summary>
    /// <exception cref="BenchException">The port is gone, or the driver took no bytes within <paramref name="limit"/>.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancel);

    /// <summary>Reads until at least <paramref name="atLeast"/> bytes are in <paramref name="buffer"/> or <paramref name="limit"/> has passed.</summary>
    /// <param name="buffer">Where the bytes go; may be larger than <paramref name="atLeast"/>.</param>
    /// <param name="atLeast">1 to the length of <paramref name="buffer"/>.</param>
    /// <param name="limit">How long to wait in all.</param>
    /// <param name="cancel">Ends the wait; no byte that arrived is lost by it.</param>
    /// <returns>The number of bytes read: 0 to the buffer's length, fewer than <paramref name="atLeast"/> only when the limit passed.</returns>
    ValueTask<int> ReadAsync(Memory<byte> buffer, int atLeast, TimeSpan limit, CancellationToken cancel);

    /// <summary>Changes the bit rate at once, for both directions. Bytes in flight are kept.</summary>
    void SetBitRate(int bitsPerSecond);

    /// <summary>Throws away what has arrived and was not read.</summary>
    void DiscardInput();
}

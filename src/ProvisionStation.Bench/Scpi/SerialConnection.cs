using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Bench.Scpi;

/// <summary>An instrument at a serial port.</summary>
internal sealed class SerialConnection(ISerialPort port) : IScpiConnection
{
    /// <summary>The instrument's own limit, given by the token, is shorter.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => port.WriteAsync(bytes, Limit, cancel);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel) => port.ReadAsync(buffer, 1, Limit, cancel);

    public ValueTask DisposeAsync() => port.DisposeAsync();
}

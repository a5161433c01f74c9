namespace ProvisionStation.Bench.Scpi;

/// <summary>The bytes to and from one instrument.</summary>
internal interface IScpiConnection : IAsyncDisposable
{
    /// <summary>Sends all bytes.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    /// <summary>Waits for at least one byte; 0 when the other end has closed.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel);
}

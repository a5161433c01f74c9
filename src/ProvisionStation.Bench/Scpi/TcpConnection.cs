using System.Net.Sockets;

namespace ProvisionStation.Bench.Scpi;

/// <summary>An instrument at a TCP port (most: 5025, Rigol: 5555).</summary>
internal sealed class TcpConnection : IScpiConnection
{
    private readonly TcpClient _client;
    private readonly NetworkStream _stream;

    private TcpConnection(TcpClient client)
    {
        _client = client;
        _stream = client.GetStream();
    }

    public static async Task<IScpiConnection> OpenAsync(string host, int port, CancellationToken cancel)
    {
        // A query is one small packet that waits for its answer: collecting packets would only delay it.
        TcpClient client = new() { NoDelay = true };
        try
        {
            await client.ConnectAsync(host, port, cancel);
            return new TcpConnection(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => _stream.WriteAsync(bytes, cancel);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel) => _stream.ReadAsync(buffer, cancel);

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}

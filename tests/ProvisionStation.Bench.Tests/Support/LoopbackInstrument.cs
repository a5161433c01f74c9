using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProvisionStation.Bench.Tests.Support;

/// <summary>A small SCPI supply on loopback TCP. What it answers can be bent while it runs.</summary>
internal sealed class LoopbackInstrument : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _clients = [];
    private readonly List<Task> _talks = [];
    private readonly Queue<string> _errors = new();
    private readonly Lock _gate = new();
    private readonly Task _accepting;

    public LoopbackInstrument()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The answer to a measurement, without its line end; null: silence.</summary>
    public string? Measured { get; set; } = "+0.00000E+00";

    /// <summary>A question that is never answered, whatever the others are; null: none.</summary>
    public string? Silent { get; set; }

    /// <summary>Every line it was sent.</summary>
    public List<string> Heard { get; } = [];

    public int Connections { get; private set; }

    public void QueueError(string error)
    {
        lock (_gate)
            _errors.Enqueue(error);
    }

    /// <summary>Closes every connection, as a power cut of the instrument would.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            foreach (TcpClient client in _clients)
                client.Close();
            _clients.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Drop();
        await _accepting;
        await Task.WhenAll(_talks);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                lock (_gate)
                {
                    Connections++;
                    _clients.Add(client);
                }

                _talks.Add(TalkAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        try
        {
            NetworkStream stream = client.GetStream();
            using StreamReader reader = new(stream, Encoding.Latin1);
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                lock (_gate)
                    Heard.Add(line);
                if (AnswerTo(line) is { } answer)
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(answer + "\n"), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Dropped.
        }
    }

    private string? AnswerTo(string line)
    {
        if (line == "*IDN?")
            return "LOOPBACK,PSU,1,1.0";
        if (line == Silent)
            return null;
        if (line.StartsWith("MEAS", StringComparison.Ordinal))
            return Measured;
        if (line != "SYST:ERR?")
            return null;
        lock (_gate)
            return _errors.TryDequeue(out string? error) ? error : "+0,\"No error\"";
    }
}

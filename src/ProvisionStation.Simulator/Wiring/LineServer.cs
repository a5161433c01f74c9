using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>Answers lines over TCP on the loopback, a thread for each client: for the supply and for control.</summary>
internal sealed class LineServer : IDisposable
{
    private const int LongestLine = 64 * 1024;

    private readonly TcpListener _listener;
    private readonly Func<string, string?> _answer;
    private readonly HashSet<TcpClient> _clients = [];
    private readonly string _name;

    /// <param name="name">For its threads.</param>
    /// <param name="port">A port; 0 for any free one.</param>
    /// <param name="answer">Gives the answer to a line, or null.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public LineServer(string name, int port, Func<string, string?> answer)
    {
        (_name, _answer) = (name, answer);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        new Thread(Accept) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>The port it listens on.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        lock (_clients)
        {
            foreach (TcpClient client in _clients)
                client.Dispose();
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = _listener.AcceptTcpClient();
                client.NoDelay = true;
                lock (_clients)
                    _clients.Add(client);
                new Thread(() => Serve(client)) { Name = _name, IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed: nobody is served any more.
        }
    }

    private void Serve(TcpClient client)
    {
        try
        {
            using NetworkStream stream = client.GetStream();
            byte[] buffer = new byte[4096];
            List<byte> line = [];
            int count;
            while ((count = stream.Read(buffer)) > 0)
            {
                foreach (byte value in buffer.AsSpan(0, count))
                {
                    if (value != (byte)'\n')
                        line.Add(value);
                    else
                        Answer(stream, line);
                    if (line.Count > LongestLine)
                        return;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The client is gone; that is its right.
        }
        finally
        {
            lock (_clients)
                _clients.Remove(client);
            client.Dispose();
        }
    }

    private void Answer(NetworkStream stream, List<byte> line)
    {
        string text = Encoding.UTF8.GetString([.. line]).Trim();
        line.Clear();
        if (text.Length > 0 && _answer(text) is { } answer)
            stream.Write(Encoding.UTF8.GetBytes(answer + "\n"));
    }
}

using System.Text;
using ProvisionStation.Bench.Scpi;

namespace ProvisionStation.Tests.Bench;

/// <summary>An instrument at the other end of a connection that exists in memory only; <see cref="Answer"/> is its firmware.</summary>
internal sealed class FakeInstrument
{
    public List<string> Heard { get; } = [];

    public Queue<string> Errors { get; } = new();

    /// <summary>The answer to a query as bytes on the wire; null: silence. Queries of the error queue and identity are answered
    /// without it.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    public string Identity { get; set; } = "MAKER,MODEL 1,SN1,1.0";

    /// <summary>The next write or read fails like a cable that was pulled.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Takes every byte and answers nothing at all.</summary>
    public bool HasDied { get; set; }

    public int Connects { get; private set; }

    public int OpenConnections { get; private set; }

    public Task<IScpiConnection> ConnectAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Connects++;
        OpenConnections++;
        IsBroken = false;
        return Task.FromResult<IScpiConnection>(new Connection(this));
    }

    private string? AnswerTo(string command) => command switch
    {
        _ when HasDied => null,
        "*IDN?" => Identity + "\n",
        "SYST:ERR?" => (Errors.TryDequeue(out string? error) ? error : "0,\"No error\"") + "\n",
        _ => command.Contains('?', StringComparison.Ordinal) ? Answer(command) : null,
    };

    private sealed class Connection(FakeInstrument instrument) : IScpiConnection
    {
        private readonly Queue<byte> _sent = new();

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            if (instrument.IsBroken)
                throw new IOException("broken pipe");
            string text = Encoding.Latin1.GetString(bytes.Span);
            Assert.EndsWith("\n", text, StringComparison.Ordinal);
            instrument.Heard.Add(text[..^1]);
            foreach (byte one in Encoding.Latin1.GetBytes(instrument.AnswerTo(text[..^1]) ?? ""))
                _sent.Enqueue(one);
            return ValueTask.CompletedTask;
        }

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
        {
            if (_sent.Count == 0)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            int count = Math.Min(Math.Min(3, buffer.Length), _sent.Count); // in lumps, as networks deliver
            for (int i = 0; i < count; i++)
                buffer.Span[i] = _sent.Dequeue();
            return count;
        }

        public ValueTask DisposeAsync()
        {
            instrument.OpenConnections--;
            return ValueTask.CompletedTask;
        }
    }
}

using System.Threading.Channels;
using ProvisionStation.Records.Reports;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Live;

/// <summary>Events as JSON lines on stdout, written by one task, so that a reader that stalls or is gone never holds up a slot.</summary>
internal sealed class EventLines : IAsyncDisposable
{
    /// <summary>Some hundred runs' worth, about 20 MB: a reader further behind loses the newest, and is told.</summary>
    private const int Most = 50_000;

    private static readonly TimeSpan LastLinesLimit = TimeSpan.FromSeconds(10);
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(Most);
    private readonly TextWriter _output;
    private readonly TimeProvider _clock;
    private readonly Task _writing;
    private int _lost;

    public EventLines(TextWriter output, TimeProvider clock)
    {
        _output = output;
        _clock = clock;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Hands over an event; never waits.</summary>
    public void Tell(StationEvent happened)
    {
        if (!_lines.Writer.TryWrite(JsonText.Line(happened.ToJson())))
            Interlocked.Increment(ref _lost);
    }

    /// <summary>Waits until the last line is out, at most 10 s.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.Complete();
        try
        {
            await _writing.WaitAsync(LastLinesLimit, _clock);
        }
        catch (TimeoutException)
        {
            _lost += _lines.Reader.Count;
        }

        if (_lost > 0)
            await Console.Error.WriteLineAsync(
                $"{ProgramName.Short}: {_lost} events could not be written, nobody reads them; every run is in the journal all the same");
    }

    private async Task WriteAsync()
    {
        await foreach (string line in _lines.Reader.ReadAllAsync())
        {
            try
            {
                // One write call per line, so that a reader never sees half of one.
                await _output.WriteAsync(line + "\n");
                await _output.FlushAsync();
            }
            catch (IOException)
            {
                Interlocked.Increment(ref _lost);
            }
        }
    }
}

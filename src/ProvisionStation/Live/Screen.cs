using System.Threading.Channels;
using ProvisionStation.Runs.Channels;
using Spectre.Console;

namespace ProvisionStation.Live;

/// <summary>Talk and progress on stderr: on a terminal one live line per slot below what was said, otherwise plain lines. Never holds up
/// a slot.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private const int MostLinesWaiting = 10_000;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastLinesLimit = TimeSpan.FromSeconds(5);

    private readonly Channel<string> _lines =
        Channel.CreateBounded<string>(new BoundedChannelOptions(MostLinesWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly CancellationTokenSource _end = new();
    private readonly TimeProvider _clock;
    private readonly IAnsiConsole? _terminal;
    private readonly Task _showing;
    private Func<IReadOnlyList<SlotStatus>> _slots = () => [];
    private string? _question;

    public Screen(TimeProvider clock)
    {
        _clock = clock;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        _terminal = !Console.IsErrorRedirected && console.Profile.Capabilities.Ansi ? console : null;
        _showing = Task.Run(() => _terminal is null ? WritePlainAsync() : ShowLiveAsync(_terminal));
    }

    /// <summary>True where every slot has its live line, so that steps need not be told one by one.</summary>
    public bool IsLive => _terminal is not null;

    /// <summary>What an operator is being asked; null: nothing.</summary>
    public string? Question
    {
        get => Volatile.Read(ref _question);
        set => Volatile.Write(ref _question, value);
    }

    /// <summary>Says one line; from any thread, never waits.</summary>
    public void Say(string line) => _lines.Writer.TryWrite(Printable.Of(line));

    /// <summary>From now on shows these slots.</summary>
    public void Watch(Func<IReadOnlyList<SlotStatus>> slots) => Volatile.Write(ref _slots, slots);

    /// <summary>Shows what was said to the last line, at most 5 s, and leaves the terminal clean.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.Complete();
        await _end.CancelAsync();
        try
        {
            await _showing.WaitAsync(LastLinesLimit, _clock);
        }
        catch (TimeoutException)
        {
            // A stderr that nobody reads must not keep the program from ending.
        }
        catch (Exception e)
        {
            // The runs are in the journal; what people saw of them is not worth a fault of the station.
            await Console.Error.WriteLineAsync(
                $"{ProgramName.Short}: progress could not be shown: {e.GetType().Name}: {Printable.Of(e.Message)}");
        }

        _end.Dispose();
    }

    private async Task WritePlainAsync()
    {
        await foreach (string line in _lines.Reader.ReadAllAsync())
            await Console.Error.WriteLineAsync(line);
    }

    private Task ShowLiveAsync(IAnsiConsole terminal) => terminal.Live(new Text("")).AutoClear(true).StartAsync(async live =>
    {
        while (!_end.IsCancellationRequested)
        {
            SayWaiting(terminal);
            live.UpdateTarget(SlotTable.Of(Volatile.Read(ref _slots)(), Question, terminal.Profile.Width));
            await Task.Delay(Refresh, _clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        SayWaiting(terminal);
    });

    private void SayWaiting(IAnsiConsole terminal)
    {
        while (_lines.Reader.TryRead(out string? line))
            terminal.Write(new SaidLine(line));
    }
}

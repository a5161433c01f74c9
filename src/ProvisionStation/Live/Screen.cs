using System.Threading.Channels;
using ProvisionStation.Records;
using ProvisionStation.Runs.Channels;
using Spectre.Console;
using Spectre.Console.Rendering;

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
    private readonly int[] _verdicts = new int[Enum.GetValues<Verdict>().Length];
    private Watched _watched = new(() => [], "");
    private string? _question;

    public Screen(TimeProvider clock)
    {
        _clock = clock;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        _terminal = !Console.IsErrorRedirected && console.Profile.Capabilities.Ansi ? console : null;
        _showing = Task.Run(() => _terminal is null ? Task.WhenAll(WritePlainAsync(), WatchPlainAsync()) : ShowLiveAsync(_terminal));
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
    /// <param name="slots">What they are doing.</param>
    /// <param name="until">When the work ends, in words.</param>
    public void Watch(Func<IReadOnlyList<SlotStatus>> slots, string until) => Volatile.Write(ref _watched, new Watched(slots, until));

    /// <summary>Counts a verdict for the line below the slots.</summary>
    public void Count(Verdict verdict) => Interlocked.Increment(ref _verdicts[(int)verdict]);

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

    /// <summary>Without live lines, what changes in the slots is said.</summary>
    private async Task WatchPlainAsync()
    {
        SlotChanges? changes = null;
        while (!_end.IsCancellationRequested)
        {
            Watched watched = Volatile.Read(ref _watched);
            IReadOnlyList<SlotStatus> slots = watched.Slots();
            if (slots.Count > 0)
                changes ??= new SlotChanges(watched.Until);
            foreach (string line in changes?.Look(slots, _clock.GetUtcNow()) ?? [])
                Say(line);
            await Task.Delay(Refresh, _clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task ShowLiveAsync(IAnsiConsole terminal) => terminal.Live(Lines(terminal)).AutoClear(true).StartAsync(async live =>
    {
        while (!_end.IsCancellationRequested)
        {
            SayWaiting(terminal);
            live.UpdateTarget(Lines(terminal));
            await Task.Delay(Refresh, _clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        SayWaiting(terminal);
    });

    private void SayWaiting(IAnsiConsole terminal)
    {
        while (_lines.Reader.TryRead(out string? line))
            terminal.Write(new SaidLine(line));
    }

    private IRenderable Lines(IAnsiConsole terminal)
    {
        Watched watched = Volatile.Read(ref _watched);
        string counts = string.Join(
            ", ", Enum.GetValues<Verdict>().Select(verdict => $"{Volatile.Read(ref _verdicts[(int)verdict])} {RecordText.Of(verdict)}"));
        return SlotTable.Of(
            watched.Slots(), $"{counts}; {watched.Until}, Ctrl-C stops", Question, terminal.Profile.Width, _clock.GetUtcNow());
    }

    private sealed record Watched(Func<IReadOnlyList<SlotStatus>> Slots, string Until);
}

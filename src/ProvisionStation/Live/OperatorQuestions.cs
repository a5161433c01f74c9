using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;

namespace ProvisionStation.Live;

/// <summary>Puts questions of <c>manual</c> devices and of the jig to the person at the terminal: all that wait in one prompt.</summary>
internal sealed class OperatorQuestions : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(1);
    private readonly OpenQuestions _open = new();
    private readonly SemaphoreSlim _oneToConfirm = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly Screen _screen;
    private readonly TimeProvider _clock;
    private readonly Task _listening;
    private Confirmation? _confirmation;
    private string _typed = "";
    private string? _shown;
    private Task<string?>? _reading;

    public OperatorQuestions(Screen screen, TimeProvider clock)
    {
        (_screen, _clock) = (screen, clock);
        _listening = Task.Run(ListenAsync);
    }

    /// <summary>Refuses a jig that asks a person where nobody can answer, before anything is opened.</summary>
    /// <exception cref="ConfigurationException">Standard input is closed.</exception>
    public static async Task RequirePersonAsync(Jig jig, TimeProvider clock, CancellationToken cancel)
    {
        if (jig.Presence != JigPresence.Operator || !Console.IsInputRedirected)
            return;
        try
        {
            // Looks without taking anything. A pipe that is open and silent blocks in it: then somebody may answer yet.
            if (await Task.Run(Console.In.Peek, CancellationToken.None).WaitAsync(StartLimit, clock, cancel) >= 0)
                return;
        }
        catch (TimeoutException)
        {
            return;
        }

        throw new ConfigurationException(
            jig.File, null, "presence", "the jig asks an operator, but standard input is closed, so that nobody can answer",
            "Start the station from a terminal, or let the jig notice units by itself: 'presence: link'.");
    }

    /// <summary>Asks, and returns when the person has answered.</summary>
    /// <exception cref="BenchException">Nobody can answer: standard input is closed.</exception>
    public Task AskAsync(string question, CancellationToken cancel) => _open.AskAsync(question, cancel);

    /// <summary>Asks for yes or no, before all that waits for Enter.</summary>
    /// <returns>Null where nobody can answer: standard input is closed.</returns>
    public async Task<bool?> ConfirmAsync(string question, CancellationToken cancel)
    {
        await _oneToConfirm.WaitAsync(cancel);
        try
        {
            Confirmation confirmation = new(
                Printable.Of(question), new TaskCompletionSource<bool?>(TaskCreationOptions.RunContinuationsAsynchronously));
            // Always as a line too: a map is longer than the live screen is wide.
            if (_screen.IsLive)
                _screen.Say(confirmation.Question);
            Volatile.Write(ref _confirmation, confirmation);
            return await confirmation.Answered.Task.WaitAsync(cancel);
        }
        finally
        {
            Volatile.Write(ref _confirmation, null);
            _oneToConfirm.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _listening;
        _end.Dispose();
        _oneToConfirm.Dispose();
        _screen.Question = null;
    }

    private async Task ListenAsync()
    {
        string? before = null;
        while (!_end.IsCancellationRequested)
        {
            string? prompt = Volatile.Read(ref _confirmation)?.Question ?? _open.Prompt;
            // Slots ask within moments of each other: what has not changed since the last look is shown.
            if (prompt == before)
                Show(prompt);
            before = prompt;
            if (Console.IsInputRedirected)
                TakeLine();
            else
                TakeKeys();
            await Task.Delay(Look, _clock, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Show(string? prompt)
    {
        _screen.Question = prompt is null ? null : $"{prompt}: {_typed}";
        if (prompt is not null && prompt != _shown && !_screen.IsLive)
            _screen.Say(prompt);
        _shown = prompt;
    }

    /// <summary>Looks for keys instead of waiting in a read that nothing could end; unseen, so that the live lines stay whole. Keys pressed
    /// while nothing is asked are no answer.</summary>
    private void TakeKeys()
    {
        while (Console.KeyAvailable)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (_shown is null)
                _typed = "";
            else if (Shown() is { } confirmation)
                Confirm(confirmation, key.Key.ToString());
            else if (key.Key == ConsoleKey.Enter)
                TakeTyped();
            else if (key.Key == ConsoleKey.Backspace)
                _typed = _typed.Length == 0 ? "" : _typed[..^1];
            else if (char.IsAsciiDigit(key.KeyChar) && _typed.Length < 4)
                _typed += key.KeyChar;
        }
    }

    private void TakeTyped()
    {
        Take(_typed);
        _typed = "";
    }

    /// <summary>Console.In blocks in the read: the read is left alone, and its line looked for.</summary>
    private void TakeLine()
    {
        if (_shown is null)
            return;
        _reading ??= Task.Run(Console.In.ReadLine, CancellationToken.None);
        if (!_reading.IsCompleted)
            return;
#pragma warning disable RS0030 // It has completed: there is nothing to wait for.
        string? line = _reading.IsCompletedSuccessfully ? _reading.Result : null;
#pragma warning restore RS0030
        _reading = null;
        if (line is null)
        {
            Volatile.Read(ref _confirmation)?.Answered.TrySetResult(null);
            _open.Close(new BenchException(
                BenchReasons.PowerLost, $"nobody can answer '{_shown}': standard input is closed",
                "Start the station from a terminal, or give the slot a switched supply."));
        }
        else if (Shown() is { } confirmation)
        {
            Confirm(confirmation, line);
        }
        else
        {
            Take(line);
        }
    }

    /// <summary>What is to be confirmed, once it was shown: a key pressed before is no answer to it.</summary>
    private Confirmation? Shown() =>
        Volatile.Read(ref _confirmation) is { } confirmation && confirmation.Question == _shown ? confirmation : null;

    private static void Confirm(Confirmation confirmation, string answer)
    {
        string word = answer.Trim().ToUpperInvariant();
        if (word is "Y" or "YES")
            confirmation.Answered.TrySetResult(true);
        else if (word is "N" or "NO")
            confirmation.Answered.TrySetResult(false);
    }

    private void Take(string line)
    {
        if (_open.Answer(line) is { } problem)
            _screen.Say(problem);
    }

    private sealed record Confirmation(string Question, TaskCompletionSource<bool?> Answered);
}

using ProvisionStation.Bench;

namespace ProvisionStation.Live;

/// <summary>Puts questions of <c>manual</c> devices and of the jig to the person at the terminal: one at a time, answered with
/// Enter.</summary>
internal sealed class OperatorQuestions(Screen screen, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan KeyLook = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private Task<string?>? _reading;

    /// <summary>Asks, and returns when the person has pressed Enter.</summary>
    /// <exception cref="BenchException">Nobody can answer: standard input is closed.</exception>
    public async Task AskAsync(string question, CancellationToken cancel)
    {
        await _oneAtATime.WaitAsync(cancel);
        try
        {
            screen.Question = question;
            if (!screen.IsLive)
                screen.Say(question);
            if (Console.IsInputRedirected)
                await LineAsync(question, cancel);
            else
                await KeyAsync(cancel);
        }
        finally
        {
            screen.Question = null;
            _oneAtATime.Release();
        }
    }

    /// <summary>Asks for yes or no.</summary>
    /// <returns>Null where nobody can answer: standard input is closed.</returns>
    public async Task<bool?> ConfirmAsync(string question, CancellationToken cancel)
    {
        await _oneAtATime.WaitAsync(cancel);
        try
        {
            string shown = Printable.Of(question);
            screen.Question = shown;
            // Always as a line too: a map is longer than the live screen is wide.
            screen.Say(shown);
            return Console.IsInputRedirected ? await YesOrNoLineAsync(cancel) : await YesOrNoKeyAsync(cancel);
        }
        finally
        {
            screen.Question = null;
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Looks for the key instead of waiting in a read that nothing could end; unseen, so that the live lines stay whole.</summary>
    private async Task KeyAsync(CancellationToken cancel)
    {
        while (true)
        {
            while (Console.KeyAvailable)
            {
                if (Console.ReadKey(intercept: true).Key == ConsoleKey.Enter)
                    return;
            }

            await Task.Delay(KeyLook, clock, cancel);
        }
    }

    private async Task<bool> YesOrNoKeyAsync(CancellationToken cancel)
    {
        // A key that was pressed before the question is no answer to it.
        while (Console.KeyAvailable)
            Console.ReadKey(intercept: true);
        while (true)
        {
            while (Console.KeyAvailable)
            {
                switch (Console.ReadKey(intercept: true).Key)
                {
                    case ConsoleKey.Y:
                        return true;
                    case ConsoleKey.N:
                        return false;
                }
            }

            await Task.Delay(KeyLook, clock, cancel);
        }
    }

    private async Task<bool?> YesOrNoLineAsync(CancellationToken cancel)
    {
        while (true)
        {
            switch ((await ReadLineAsync(cancel))?.Trim().ToUpperInvariant())
            {
                case null:
                    return null;
                case "Y" or "YES":
                    return true;
                case "N" or "NO":
                    return false;
            }
        }
    }

    private async Task LineAsync(string question, CancellationToken cancel)
    {
        if (await ReadLineAsync(cancel) is null)
        {
            throw new BenchException(
                BenchReasons.PowerLost, $"nobody can answer '{question}': standard input is closed",
                "Start the station from a terminal, or give the slot a switched supply.");
        }
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancel)
    {
        // Console.In blocks in the read whatever the token says: the wait is given up, not the read, and the next question goes on with it.
        // A line that came while nothing was asked is no answer.
        if (_reading is null || _reading.IsCompleted)
            _reading = Task.Run(Console.In.ReadLine, CancellationToken.None);
        string? line = await _reading.WaitAsync(cancel);
        _reading = null;
        return line;
    }
}

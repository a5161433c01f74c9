using System.Net.Sockets;
using System.Text;

namespace ProvisionStation.Bench.Scpi;

/// <summary>One instrument that speaks SCPI, shared by many slots: one at a time, an answer for every question, a limit on both.</summary>
/// <remarks>What was begun is brought to its end even when the caller no longer waits: an answer left behind would be taken for
/// the next one.
/// A broken connection is made anew, with identity and setup, and the question asked once more.
/// A question that is not answered costs the others its short limit once: it is left alone for a while then (law 5).
/// Commands go before questions that wait.</remarks>
internal sealed class ScpiInstrument : IAsyncDisposable
{
    /// <summary>Most reads of an error queue. Source: instruments keep 10 to 20 entries.</summary>
    private const int MostErrors = 20;

    private const int MostAnswerBytes = 4096;

    /// <summary>Most answers that come late, before the one to <c>*IDN?</c>.</summary>
    private const int MostLate = 4;

    /// <summary>For one answer while a command is confirmed, or a connection made.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    /// <summary>For one measurement. All slots of the instrument wait meanwhile, and none may be unwatched for a second (law 11).
    /// Source: measurements take 50 to 200 ms.</summary>
    private static readonly TimeSpan QuestionLimit = TimeSpan.FromSeconds(0.5);

    /// <summary>For getting in step again after a question without an answer; longer, and a new connection is quicker.</summary>
    private static readonly TimeSpan InStepLimit = TimeSpan.FromSeconds(0.2);

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3);

    private readonly Func<CancellationToken, Task<IScpiConnection>> _connect;
    private readonly IReadOnlyList<string> _setup;
    private readonly TimeProvider _clock;
    private readonly SilentQuestions _silent;
    private readonly ScpiTurn _turn = new();
    private readonly byte[] _answer = new byte[MostAnswerBytes];
    private int _answerBytes;
    private IScpiConnection? _connection;

    /// <param name="name">The name in the jig file.</param>
    /// <param name="address">The address, for messages.</param>
    /// <param name="connect">Opens the way to it.</param>
    /// <param name="setup">Commands after every connect; they must be harmless while units are powered.</param>
    /// <param name="clock">The clock of every limit.</param>
    public ScpiInstrument(
        string name,
        string address,
        Func<CancellationToken,
        Task<IScpiConnection>> connect,
        IReadOnlyList<string> setup,
        TimeProvider clock)
    {
        (Name, Address, _connect, _setup, _clock) = (name, address, connect, setup, clock);
        _silent = new SilentQuestions(clock);
    }

    public string Name { get; }

    public string Address { get; }

    /// <summary>What it answered to <c>*IDN?</c>; empty before the first connect.</summary>
    public string Identity { get; private set; } = "";

    /// <summary>Connects and sets up, without asking anything else.</summary>
    /// <param name="reason">The word for a failure: the caller knows whether a supply or a meter is lost.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task OpenAsync(string reason, CancellationToken cancel) =>
        TakeTurnAsync(isCommand: true, _ => Task.FromResult(""), reason, cancel);

    /// <summary>One question, one answer, one round trip. Silence ends after 0.5 s; the question fails at once for a while then.</summary>
    public Task<string> QueryAsync(string question, string reason, CancellationToken cancel) =>
        TakeTurnAsync(isCommand: false, _ => QuestionAsync(question), reason, cancel);

    /// <summary>One setting, confirmed by the error queue in the same round trip. Goes before all questions that wait.</summary>
    public Task CommandAsync(string command, string reason, CancellationToken cancel) =>
        TakeTurnAsync(
            isCommand: true,
            async limit =>
            {
                await SendAsync(command, limit);
                await CheckErrorsAsync(command, limit);
                return "";
            },
            reason,
            cancel);

    public async ValueTask DisposeAsync()
    {
        // Whoever has the turn ends within a limit of its own; closing under it would only change what it throws.
        using CancellationTokenSource limit = new(AnswerLimit, _clock);
        try
        {
            await _turn.TakeAsync(isCommand: true, limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Close it all the same.
        }

        await DropAsync();
    }

    private async Task<string> TakeTurnAsync(
        bool isCommand, Func<CancellationToken, Task<string>> work, string reason, CancellationToken cancel)
    {
        await _turn.TakeAsync(isCommand, cancel);
        return await WorkAsync(work, reason).WaitAsync(cancel);
    }

    /// <summary>Holds the turn until all answers are in, whoever still waits for it.</summary>
    private async Task<string> WorkAsync(Func<CancellationToken, Task<string>> work, string reason)
    {
        try
        {
            bool isFresh = await ConnectAsync();
            try
            {
                return await LimitedAsync(work, AnswerLimit);
            }
            catch (Exception e) when (IsBroken(e) && !isFresh)
            {
                // An instrument that was switched off and on, or a cable that was pulled: the same again over a new connection.
                await DropAsync();
                await ConnectAsync();
                return await LimitedAsync(work, AnswerLimit);
            }
        }
        catch (Exception e) when (IsBroken(e) || e is OperationCanceledException or ScpiException or BenchException)
        {
            if (e is not ScpiException { KeepsConnection: true })
                await DropAsync();
            throw Lost(e, reason);
        }
        finally
        {
            _turn.Pass();
        }
    }

    private async Task<bool> ConnectAsync()
    {
        if (_connection is not null)
            return false;
        _answerBytes = 0;
        _connection = await LimitedAsync(_connect, ConnectLimit);
        string identity = await LimitedAsync(IdentifyAsync, AnswerLimit);
        if (Identity.Length > 0 && ScpiAnswer.Kind(identity) != ScpiAnswer.Kind(Identity))
            throw new ScpiException($"is now {ScpiAnswer.Printable(identity)}, it was {Identity}");
        Identity = ScpiAnswer.Printable(identity);
        await LimitedAsync(SetUpAsync, AnswerLimit + (_setup.Count * AnswerLimit / 10));
        return true;
    }

    private async Task<string> QuestionAsync(string question)
    {
        if (_silent.IsLeftAlone(question))
            throw new ScpiException($"did not answer '{question}' and is left alone with it for a moment") { KeepsConnection = true };
        try
        {
            string answer = await LimitedAsync(limit => AskAsync(question, limit), QuestionLimit);
            _silent.Remove(question);
            return answer;
        }
        catch (OperationCanceledException)
        {
            _silent.Add(question);
            throw new ScpiException($"does not answer '{question}'") { KeepsConnection = await GetInStepAsync() };
        }
    }

    /// <summary>Makes sure that the next answer is that of the next question, without a new connection and its setup if possible.</summary>
    /// <remarks>Instruments answer in order: once it has said who it is, nothing older can come. The errors that the question may have
    /// left in the queue must not be taken for those of a neighbour's command.</remarks>
    private async Task<bool> GetInStepAsync()
    {
        try
        {
            return await LimitedAsync(
                async limit =>
                {
                    await SendAsync("*CLS", limit);
                    return ScpiAnswer.Kind(await IdentifyAsync(limit)) == ScpiAnswer.Kind(Identity);
                },
                InStepLimit);
        }
        catch (Exception e) when (IsBroken(e) || e is OperationCanceledException or ScpiException or BenchException)
        {
            return false; // the connection is dropped, and what comes late with it
        }
    }

    private async Task<string> IdentifyAsync(CancellationToken limit)
    {
        string line = await AskAsync("*IDN?", limit);
        for (int late = 0; late < MostLate && IsLate(line); late++)
            line = await ReadLineAsync("*IDN?", limit);
        return line;
    }

    /// <summary>A number or a flag is the answer to an earlier question: no instrument is called so.</summary>
    private static bool IsLate(string line) => ScpiAnswer.Milliamperes(line) is not null || ScpiAnswer.IsLimiting(line) is not null;

    private async Task<string> SetUpAsync(CancellationToken limit)
    {
        await SendAsync("*CLS", limit);
        foreach (string command in _setup)
        {
            await SendAsync(command, limit);
            await CheckErrorsAsync(command, limit);
        }

        return "";
    }

    private async Task CheckErrorsAsync(string command, CancellationToken limit)
    {
        string? first = null;
        for (int read = 0; read < MostErrors; read++)
        {
            string answer = await AskAsync("SYST:ERR?", limit);
            int code = ScpiAnswer.ErrorCode(answer) ?? throw new ScpiException($"answers '{ScpiAnswer.Printable(answer)}' to SYST:ERR?");
            if (code == 0 && first is null)
                return;
            if (code == 0)
                break;
            first ??= ScpiAnswer.Printable(answer);
        }

        throw new ScpiException($"refuses '{command}': {first}") { KeepsConnection = true };
    }

    private async Task<string> AskAsync(string command, CancellationToken limit)
    {
        await SendAsync(command, limit);
        return await ReadLineAsync(command, limit);
    }

    private async Task<string> ReadLineAsync(string command, CancellationToken limit)
    {
        while (true)
        {
            int end = _answer.AsSpan(0, _answerBytes).IndexOf((byte)'\n');
            if (end >= 0)
            {
                string line = Encoding.Latin1.GetString(_answer, 0, end).TrimEnd('\r');
                _answerBytes -= end + 1;
                _answer.AsSpan(end + 1, _answerBytes).CopyTo(_answer);
                return line;
            }

            if (_answerBytes == _answer.Length)
                throw new ScpiException($"answers more than {MostAnswerBytes} bytes to '{command}'");
            int count = await _connection!.ReadAsync(_answer.AsMemory(_answerBytes), limit);
            if (count == 0)
                throw new IOException("the instrument closed the connection");
            _answerBytes += count;
        }
    }

    /// <summary>What an earlier question left behind belongs to nobody: it is dropped before the next is asked.</summary>
    private ValueTask SendAsync(string command, CancellationToken limit)
    {
        _answerBytes = 0;
        return _connection!.WriteAsync(Encoding.Latin1.GetBytes(command + "\n"), limit);
    }

    private async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> work, TimeSpan limit)
    {
        using CancellationTokenSource ended = new(limit, _clock);
        return await work(ended.Token);
    }

    private async Task DropAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private static bool IsBroken(Exception e) => e is IOException or SocketException or ObjectDisposedException;

    private BenchException Lost(Exception e, string reason) => e switch
    {
        ScpiException refused => new BenchException(
            reason, $"instrument {Name} ({Address}) {refused.Message}", "Compare the jig file's commands with the instrument's manual.", e),
        OperationCanceledException => new BenchException(
            reason,
            $"instrument {Name} ({Address}) does not answer",
            "Check that the instrument is on, its cable, and that no other program uses it.",
            e),
        BenchException port => new BenchException(reason, $"instrument {Name}: {port.Message}", port.Remedy, e),
        _ => new BenchException(
            reason,
            $"instrument {Name} cannot be reached at {Address}: {e.Message}",
            "Check that the instrument is on, its cable and its address in the jig file.",
            e),
    };
}

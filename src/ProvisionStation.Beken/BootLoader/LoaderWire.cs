using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>Requests out, matching answers in, one at a time, with everything counted.</summary>
internal sealed class LoaderWire(Func<ISerialPort> port, TimeProvider clock, UartTrace? trace = null) : IDisposable
{
    /// <summary>Longer than any request: feeds a BASIC loader that lost a byte of one, and waits for it for ever, to its end.</summary>
    /// <remarks>
    /// Source: l_bootloader has no timeout between bytes. It must be zeros, and nothing may go before them: they make an erase that lost a
    /// byte of its address one below 0x2000, which the loader refuses. The 01 of a link check would make it one at 0x01nnnnnn, which the
    /// loader lets pass and which wraps into the loader itself.
    /// </remarks>
    private static readonly byte[] Filler = new byte[4120];

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly ReceiveBuffer received = new(trace);

    /// <summary>Bits per second the loader was last talked to at.</summary>
    public int BitRate { get; private set; } = LoaderTiming.StartRate;

    public long BytesSent { get; private set; }

    public long BytesReceived { get; private set; }

    public int SkippedFrames { get; private set; }

    public long StrayBytes => received.StrayBytes;

    public string PortPath => port().Path;

    /// <summary>Sends a request and waits for its answer; late answers to others are skipped.</summary>
    /// <param name="command">The request.</param>
    /// <param name="work">How long the chip may work on it, beside the time on the wire.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The answer, which may be a refusal; null when the limit passed.</returns>
    public async Task<Response?> AskAsync(Command command, TimeSpan work, CancellationToken cancel)
    {
        using Turn turn = await TakeTurnAsync(cancel);
        await PutAsync(command.Bytes, cancel);
        TimeSpan wire = LoaderTiming.Wire(command.Bytes.Length + command.ReplyBytes, BitRate);
        Response? answer = await ReceiveAsync(command, (1.25 * wire) + work + LoaderTiming.Turnaround, cancel);
        if (answer is null && command.IsLong)
            await PutAsync(Filler, cancel);
        return answer;
    }

    /// <summary>The same, up to <paramref name="tries"/> times, with the line drained in between.</summary>
    public async Task<Response?> AskAgainAsync(Command command, TimeSpan work, int tries, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (await AskAsync(command, work, cancel) is { } answer)
                return answer;
            if (attempt == tries)
                return null;
            await DrainAsync(cancel);
        }
    }

    public async Task<bool> LinkCheckAsync(CancellationToken cancel) =>
        await AskAgainAsync(Commands.LinkCheck, TimeSpan.Zero, 2, cancel) is not null;

    /// <summary>Asks the loader for another bit rate and follows it there.</summary>
    /// <returns>True when it confirmed at the new rate. When not, it may be at either.</returns>
    public async Task<bool> ChangeRateAsync(int bitsPerSecond, CancellationToken cancel)
    {
        using Turn turn = await TakeTurnAsync(cancel);
        Command command = Commands.SetBitRate(bitsPerSecond, LoaderTiming.RateDelayMilliseconds);
        await PutAsync(command.Bytes, cancel);
        // The loader changes with the last byte; ours must have left the wire before we do.
        await Task.Delay(LoaderTiming.Wire(command.Bytes.Length, BitRate) + LoaderTiming.RateSwitch, clock, cancel);
        SetBitRate(bitsPerSecond);
        return await ReceiveAsync(command, LoaderTiming.RateAnswer, cancel) is not null;
    }

    /// <summary>Changes our side only.</summary>
    public void SetBitRate(int bitsPerSecond)
    {
        ISerialPort open = port();
        if (open.BitRate != bitsPerSecond)
            open.SetBitRate(bitsPerSecond);
        if (BitRate != bitsPerSecond)
            trace?.Mark(UartMark.BitRate, (uint)bitsPerSecond);
        BitRate = bitsPerSecond;
    }

    /// <summary>Sends bytes whose answer nobody waits for.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        using Turn turn = await TakeTurnAsync(cancel);
        await PutAsync(bytes, cancel);
    }

    /// <summary>Ends a request that a loader may still be waiting for.</summary>
    public Task FlushRequestAsync(CancellationToken cancel) => SendAsync(Filler, cancel);

    /// <summary>Takes what arrives within <paramref name="limit"/>, at the first lump.</summary>
    /// <returns>The number of bytes, and whether an answer to <paramref name="command"/> is among them.</returns>
    public async Task<(int Bytes, bool Answered)> ListenAsync(Command command, TimeSpan limit, CancellationToken cancel)
    {
        using Turn turn = await TakeTurnAsync(cancel);
        int count = await FillAsync(1, limit, cancel);
        bool answered = false;
        while (received.TryTake() is { } frame)
        {
            SkippedFrames += answered ? 1 : 0;
            answered |= command.IsAnsweredBy(frame);
        }

        return (count, answered);
    }

    /// <summary>Takes one byte that follows an answer, where there is one within <paramref name="limit"/>.</summary>
    public async Task<byte?> NextByteAsync(TimeSpan limit, CancellationToken cancel)
    {
        using Turn turn = await TakeTurnAsync(cancel);
        if (received.Count == 0)
            await FillAsync(1, limit, cancel);
        return received.TryTakeByte();
    }

    /// <summary>Reads until the line has been quiet for a while, and forgets what came. Bounded on a line that never is.</summary>
    public async Task DrainAsync(CancellationToken cancel)
    {
        using Turn turn = await TakeTurnAsync(cancel);
        long started = clock.GetTimestamp();
        while (clock.GetElapsedTime(started) < LoaderTiming.DrainLimit && await FillAsync(1, LoaderTiming.Quiet, cancel) > 0)
        {
            while (received.TryTake() is not null)
                SkippedFrames++;
        }

        received.Clear();
    }

    public void Dispose() => gate.Dispose();

    /// <summary>One exchange at a time: link checks that keep a loader awake go between the commands of others, never into one.</summary>
    private async Task<Turn> TakeTurnAsync(CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        return new Turn(gate);
    }

    private async Task PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        ISerialPort open = port();
        trace?.Sent(bytes.Span);
        await open.WriteAsync(bytes, LoaderTiming.Wire(bytes.Length, BitRate) + LoaderTiming.DrainLimit, cancel);
        BytesSent += bytes.Length;
    }

    private async Task<Response?> ReceiveAsync(Command command, TimeSpan limit, CancellationToken cancel)
    {
        long started = clock.GetTimestamp();
        int atLeast = Math.Max(1, command.ReplyBytes - received.Count);
        while (true)
        {
            while (received.TryTake() is { } frame)
            {
                if (command.IsAnsweredBy(frame))
                    return frame;
                SkippedFrames++;
            }

            TimeSpan left = limit - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                received.Clear(); // half a frame would swallow the next answer
                trace?.NoAnswer(clock.GetElapsedTime(started));
                return null;
            }

            await FillAsync(Math.Max(atLeast, received.MissingBytes), left, cancel);
            atLeast = 1;
        }
    }

    private async Task<int> FillAsync(int atLeast, TimeSpan limit, CancellationToken cancel)
    {
        Memory<byte> space = received.Space;
        int count = await port().ReadAsync(space, Math.Min(atLeast, space.Length), limit, cancel);
        received.Added(count);
        BytesReceived += count;
        return count;
    }

    private readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}

using System.Buffers.Binary;
using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Tests.Support;

/// <summary>A unit's loader at the other end of a line, in memory, by the rules of the published device-side sources. Shares no codec with the
/// product. Time is <see cref="LoaderClock"/>'s: an answer costs its wire time and the chip's work, and no real time.</summary>
internal sealed class FakeLoader : ISerialPort
{
    private readonly LoaderClock clock;
    private readonly Queue<(TimeSpan Due, byte[] Bytes)> answers = new();
    private readonly List<byte> arrived = [];
    private readonly List<byte> request = [];
    private readonly ChipOfFakeLoader chip;

    public FakeLoader(LoaderClock clock, bool isFull, byte[] flash)
    {
        this.clock = clock;
        chip = new ChipOfFakeLoader(isFull, flash, Faults);
    }

    public LoaderFaults Faults { get; } = new();

    public ChipOfFakeLoader Chip => chip;

    /// <summary>Every request the loader understood: opcode, and 0x100 more in the long form.</summary>
    public List<int> Opcodes { get; } = [];

    public string Path => "/dev/fake";

    public int BitRate { get; private set; } = 115200;

    public int ChipRate { get; private set; } = 115200;

    public int Restarts { get; private set; }

    public ILineControl? Lines => null;

    /// <summary>Power or CEN: at 115200 again, nothing half received.</summary>
    public Task RestartAsync(CancellationToken cancel)
    {
        Restarts++;
        ChipRate = 115200;
        request.Clear();
        answers.Clear();
        chip.Restart();
        return Task.CompletedTask;
    }

    public void SetBitRate(int bitsPerSecond) => BitRate = bitsPerSecond;

    public void DiscardInput() => arrived.Clear();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Say(params byte[] bytes) => answers.Enqueue((clock.Elapsed, bytes));

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancel)
    {
        clock.Advance(WireTime(bytes.Length));
        if (BitRate != ChipRate || Faults.Silent)
            return ValueTask.CompletedTask;
        byte[] heard = bytes.ToArray();
        if (heard is [0x01, 0xE0, 0xFC, 0xFF, 0xF4, 0x06, 0x00, 0x0F, ..] && Faults.ErasesLoseByte is { } lost)
        {
            heard = [.. heard.AsSpan(0, lost), .. heard.AsSpan(lost + 1)];
            Faults.ErasesLoseByte = null;
        }

        request.AddRange(heard);
        while (NextRequest() is { } frame)
            Answer(frame);
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, int atLeast, TimeSpan limit, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        TimeSpan deadline = clock.Elapsed + limit;
        while (arrived.Count < atLeast && answers.TryPeek(out (TimeSpan Due, byte[] Bytes) next) && next.Due <= deadline)
        {
            answers.Dequeue();
            clock.Advance(next.Due - clock.Elapsed);
            arrived.AddRange(next.Bytes);
        }

        if (arrived.Count < atLeast)
            clock.Advance(deadline - clock.Elapsed);
        int count = Math.Min(arrived.Count, buffer.Length);
        arrived.Take(count).ToArray().CopyTo(buffer);
        arrived.RemoveRange(0, count);
        return ValueTask.FromResult(count);
    }

    /// <summary>Cuts the next whole request out of what came; junk before it is dropped.</summary>
    private byte[]? NextRequest()
    {
        byte[] start = [0x01, 0xE0, 0xFC];
        while (request.Count > 0 && !request.Take(3).SequenceEqual(start.Take(request.Count)))
            request.RemoveAt(0);
        if (request.Count < 4 || (request[3] == 0xFF && request.Count < 7))
            return null;
        int length = request[3] == 0xFF ? 7 + request[5] + (256 * request[6]) : 4 + request[3];
        if (request.Count < length)
            return null;
        byte[] frame = [.. request.Take(length)];
        request.RemoveRange(0, length);
        return frame;
    }

    private void Answer(byte[] frame)
    {
        bool isLong = frame[3] == 0xFF;
        int opcode = isLong ? frame[7] : frame[4];
        Opcodes.Add(isLong ? 0x100 + opcode : opcode);
        if (!isLong && opcode == 0x0F)
        {
            ChangeRate(frame);
            return;
        }

        if (chip.Execute(frame) is not { } answer)
            return;
        Send(answer.Bytes, answer.Work);
        if (!isLong && opcode == 0 && Faults.LateLinkReplies > 0)
        {
            Faults.LateLinkReplies--;
            Send(answer.Bytes, TimeSpan.FromMilliseconds(30));
        }
    }

    private void ChangeRate(byte[] frame)
    {
        if (Faults.DeafToRate > 0)
        {
            Faults.DeafToRate--;
            return;
        }

        ChipRate = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(5));
        Send([0x04, 0x0E, 0x09, 0x01, 0xE0, 0xFC, 0x0F, .. frame.AsSpan(5)], TimeSpan.FromMilliseconds(frame[9]));
    }

    private void Send(byte[] bytes, TimeSpan work)
    {
        byte[] sent = [.. bytes];
        if (sent.Length > 4096 && Faults.ReadsThatLoseAByte > 0)
        {
            Faults.ReadsThatLoseAByte--;
            sent = [.. sent.AsSpan(0, 2000), .. sent.AsSpan(2001)];
        }
        else if (sent.Length > 4096 && Faults.ReadsThatFlipAByte > 0)
        {
            Faults.ReadsThatFlipAByte--;
            sent[2000] ^= 0x10;
        }

        if (ChipRate > Faults.GoodUpTo)
            sent = [.. sent.Select(value => (byte)(value ^ 0x5A))];
        TimeSpan from = answers.Count > 0 ? answers.Last().Due : clock.Elapsed;
        answers.Enqueue(((from > clock.Elapsed ? from : clock.Elapsed) + work + WireTime(sent.Length), sent));
    }

    private TimeSpan WireTime(int bytes) => TimeSpan.FromSeconds(10.0 * bytes / BitRate);
}

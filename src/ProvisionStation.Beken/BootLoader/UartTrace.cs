using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>The end of what went over one line: frames without their payload, stray bytes, silence, and what happened to power and port.</summary>
/// <remarks>Holds <see cref="MostBytes"/> of records at most; the oldest go first, whole. Link checks and their answers in a row are one record.
/// Payload is kept as its SHA-256, and only where it is 32 bytes or more: the hash of less can be guessed back. Stray bytes are kept as they
/// are: half an answer may be among them, so a trace is kept like a backup. Safe for several callers at once. Allocates only while it grows to
/// twice its size.</remarks>
public sealed class UartTrace
{
    /// <summary>Bytes of records held at most: each record with its length, kind and time; the header of the file is not counted.</summary>
    public const int MostBytes = 64 * 1024;

    private const int StartBytes = 4096;

    private readonly TimeProvider clock;
    private readonly long begun;
    private readonly Lock gate = new();
    private byte[] buffer = new byte[StartBytes];
    private int head;
    private int tail;
    private int last;
    private long overwritten;

    /// <summary>Begins a trace; its times count from now.</summary>
    public UartTrace(TimeProvider clock) => (this.clock, begun) = (clock, clock.GetTimestamp());

    /// <summary>Notes something that is no traffic.</summary>
    /// <param name="mark">What.</param>
    /// <param name="value">The bit rate; 0 with every other mark.</param>
    /// <param name="text">The step's name, of which 32 letters are kept; empty with every other mark.</param>
    public void Mark(UartMark mark, uint value = 0, string text = "")
    {
        lock (gate)
        {
            int length = Math.Min(text.Length, UartTraceForm.MostTextBytes);
            Span<byte> body = Append(UartTraceForm.Mark, UartTraceForm.MarkBytes + length);
            body[0] = (byte)mark;
            BinaryPrimitives.WriteUInt32LittleEndian(body[1..], value);
            Encoding.ASCII.GetBytes(text.AsSpan(0, length), body[UartTraceForm.MarkBytes..]);
        }
    }

    /// <summary>The trace as it is kept.</summary>
    public byte[] ToBytes()
    {
        lock (gate)
        {
            byte[] file = new byte[UartTraceForm.HeaderBytes + tail - head];
            UartTraceForm.Magic.CopyTo(file);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(4), UartTraceForm.Version);
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(8), Now());
            BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(16), overwritten);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), tail - head);
            buffer.AsSpan(head, tail - head).CopyTo(file.AsSpan(UartTraceForm.HeaderBytes));
            return file;
        }
    }

    /// <summary>A request, or the zeros that end one, is handed to the port.</summary>
    internal void Sent(ReadOnlySpan<byte> frame)
    {
        lock (gate)
        {
            if (LoaderFrame.OfRequest(frame) is not { } cut)
                Number(UartTraceForm.Flush, (uint)frame.Length);
            else if (cut.IsLinkCheck)
                LinkCheck(sent: 1, answered: 0);
            else
                Frame(UartTraceForm.Sent, cut, frame);
        }
    }

    /// <summary>A whole frame was found among what had arrived.</summary>
    internal void Received(ReadOnlySpan<byte> frame)
    {
        lock (gate)
        {
            LoaderFrame cut = LoaderFrame.OfAnswer(frame);
            // A link check is answered with 0x01 and one byte; the answer to a register written has the same number, and eight.
            if (cut is { IsLong: false, Opcode: 0x01 } && frame.Length == ReceiveBuffer.ShortHeaderBytes + 1)
                LinkCheck(sent: 0, answered: 1);
            else
                Frame(UartTraceForm.Received, cut, frame);
        }
    }

    /// <summary>Bytes that belong to no frame; those that follow others without anything in between are the same stretch.</summary>
    internal void Stray(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        lock (gate)
        {
            if (!LastIs(UartTraceForm.Stray))
                Append(UartTraceForm.Stray, UartTraceForm.StrayBytes).Clear();
            int kept = LengthAt(last) - UartTraceForm.PrefixBytes - UartTraceForm.StrayBytes;
            ReadOnlySpan<byte> more = bytes[..Math.Min(bytes.Length, UartTraceForm.MostStrayBytes - kept)];
            Reserve(more.Length);
            more.CopyTo(buffer.AsSpan(tail));
            tail += more.Length;
            BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(last), (ushort)(LengthAt(last) + more.Length));
            Add(buffer.AsSpan(last + UartTraceForm.PrefixBytes), (uint)bytes.Length);
        }
    }

    /// <summary>A command was not answered within its limit.</summary>
    internal void NoAnswer(TimeSpan waited)
    {
        lock (gate)
            Number(UartTraceForm.NoAnswer, (uint)Math.Clamp(waited.TotalMicroseconds, 0, uint.MaxValue));
    }

    private void Frame(byte kind, LoaderFrame cut, ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> payload = frame[cut.PayloadAt..];
        bool isHashed = payload.Length >= UartTraceForm.HashBytes;
        Span<byte> body = Append(kind, UartTraceForm.FrameBytes + (isHashed ? UartTraceForm.HashBytes : 0));
        body[0] = (byte)((cut.IsLong ? UartTraceForm.FlagLong : 0)
            | (cut.First is null ? 0 : UartTraceForm.FlagFirst)
            | (cut.Second is null ? 0 : UartTraceForm.FlagSecond)
            | (isHashed ? UartTraceForm.FlagHash : 0));
        body[1] = cut.Opcode;
        body[2] = cut.Status;
        BinaryPrimitives.WriteUInt32LittleEndian(body[3..], (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(body[7..], cut.First ?? 0);
        BinaryPrimitives.WriteUInt32LittleEndian(body[11..], cut.Second ?? 0);
        if (isHashed)
            SHA256.HashData(payload, body[UartTraceForm.FrameBytes..]);
    }

    private void LinkCheck(uint sent, uint answered)
    {
        if (!LastIs(UartTraceForm.LinkChecks))
            Append(UartTraceForm.LinkChecks, UartTraceForm.LinkCheckBytes).Clear();
        Span<byte> body = buffer.AsSpan(last + UartTraceForm.PrefixBytes);
        Add(body, sent);
        Add(body[4..], answered);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], Now());
    }

    private void Number(byte kind, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(Append(kind, UartTraceForm.NumberBytes), value);

    /// <summary>Begins a record.</summary>
    /// <returns>Its body; what was in the buffer before is still in it.</returns>
    private Span<byte> Append(byte kind, int bodyBytes)
    {
        int length = UartTraceForm.PrefixBytes + bodyBytes;
        Reserve(length);
        last = tail;
        tail += length;
        Span<byte> record = buffer.AsSpan(last, length);
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)length);
        record[2] = kind;
        BinaryPrimitives.WriteInt64LittleEndian(record[3..], Now());
        return record[UartTraceForm.PrefixBytes..];
    }

    /// <summary>Forgets the oldest records until so many bytes fit, and has the room for them behind the last.</summary>
    private void Reserve(int bytes)
    {
        while (tail - head + bytes > MostBytes)
        {
            head += LengthAt(head);
            overwritten++;
        }

        if (tail + bytes <= buffer.Length)
            return;
        if (buffer.Length < 2 * MostBytes)
        {
            Array.Resize(ref buffer, 2 * buffer.Length);
            return;
        }

        buffer.AsSpan(head, tail - head).CopyTo(buffer);
        (head, tail, last) = (0, tail - head, last - head);
    }

    private bool LastIs(byte kind) => tail > head && buffer[last + 2] == kind;

    private int LengthAt(int record) => BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(record));

    private long Now() => (long)clock.GetElapsedTime(begun).TotalMicroseconds;

    private static void Add(Span<byte> number, uint more)
    {
        ulong sum = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(number) + more;
        BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)Math.Min(sum, uint.MaxValue));
    }
}

using System.Buffers.Binary;
using System.Text;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>A trace read back.</summary>
/// <param name="End">When it was taken, since the run began.</param>
/// <param name="Overwritten">Older records that there was no more room for.</param>
/// <param name="Entries">What is left, oldest first.</param>
public sealed record UartTraceFile(TimeSpan End, long Overwritten, IReadOnlyList<UartTraceEntry> Entries)
{
    private const string Remedy = "Run 'vault verify' and look with the program version that the run names.";
    private static readonly long MostMicroseconds = (long)TimeSpan.MaxValue.TotalMicroseconds / 2;

    /// <summary>Reads what <see cref="UartTrace.ToBytes"/> made.</summary>
    /// <exception cref="TraceException">It is none, or of another version, or damaged: nothing of it is told then.</exception>
    public static UartTraceFile Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < UartTraceForm.HeaderBytes || !file.StartsWith(UartTraceForm.Magic))
            throw new TraceException("these bytes are no UART trace", Remedy);
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(file[4..]);
        if (version != UartTraceForm.Version)
            throw new TraceException($"the UART trace has version {version}; this program reads version {UartTraceForm.Version}", Remedy);
        long overwritten = BinaryPrimitives.ReadInt64LittleEndian(file[16..]);
        ReadOnlySpan<byte> records = file[UartTraceForm.HeaderBytes..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[24..]) != (uint)records.Length || records.Length > UartTrace.MostBytes || overwritten < 0)
            throw Damaged(0, "its header does not fit its length");
        List<UartTraceEntry> entries = [];
        for (int at = 0; at < records.Length;)
        {
            int length = records.Length - at >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(records[at..]) : 0;
            if (length < UartTraceForm.PrefixBytes || length > records.Length - at)
                throw Damaged(at, "its length does not fit");
            entries.Add(Entry(records.Slice(at, length), at));
            at += length;
        }

        return new UartTraceFile(Time(file[8..], 0), overwritten, entries);
    }

    private static UartTraceEntry Entry(ReadOnlySpan<byte> record, int at)
    {
        TimeSpan time = Time(record[3..], at);
        ReadOnlySpan<byte> body = record[UartTraceForm.PrefixBytes..];
        return record[2] switch
        {
            UartTraceForm.Sent => Frame(body, time, isAnswer: false, at),
            UartTraceForm.Received => Frame(body, time, isAnswer: true, at),
            UartTraceForm.LinkChecks when body.Length == UartTraceForm.LinkCheckBytes =>
                new UartLinkChecks(time, Time(body[8..], at), Word(body), Word(body[4..])),
            UartTraceForm.Stray when body.Length is > UartTraceForm.StrayBytes and <= UartTraceForm.StrayBytes + UartTraceForm.MostStrayBytes
                && Word(body) >= body.Length - UartTraceForm.StrayBytes => new UartStray(time, Word(body), body[UartTraceForm.StrayBytes..].ToArray()),
            UartTraceForm.NoAnswer when body.Length == UartTraceForm.NumberBytes => new UartNoAnswer(time, TimeSpan.FromMicroseconds(Word(body))),
            UartTraceForm.Flush when body.Length == UartTraceForm.NumberBytes => new UartFlush(time, Word(body)),
            UartTraceForm.Mark when body.Length is >= UartTraceForm.MarkBytes and <= UartTraceForm.MarkBytes + UartTraceForm.MostTextBytes
                && Enum.IsDefined((UartMark)body[0]) => new UartMarked(time, (UartMark)body[0], Word(body[1..]), Text(body[UartTraceForm.MarkBytes..])),
            _ => throw Damaged(at, "it is of no known kind, or too long or short for its kind"),
        };
    }

    private static UartFrame Frame(ReadOnlySpan<byte> body, TimeSpan time, bool isAnswer, int at)
    {
        byte flags = body.IsEmpty ? (byte)0 : body[0];
        bool isHashed = (flags & UartTraceForm.FlagHash) != 0;
        if (body.Length != UartTraceForm.FrameBytes + (isHashed ? UartTraceForm.HashBytes : 0) || flags > 15)
            throw Damaged(at, "it is too long or short for a frame");
        return new UartFrame(
            time,
            isAnswer,
            (flags & UartTraceForm.FlagLong) != 0,
            body[1],
            body[2],
            Word(body[3..]),
            (flags & UartTraceForm.FlagFirst) != 0 ? Word(body[7..]) : null,
            (flags & UartTraceForm.FlagSecond) != 0 ? Word(body[11..]) : null,
            isHashed ? Convert.ToHexStringLower(body[UartTraceForm.FrameBytes..]) : null);
    }

    private static TimeSpan Time(ReadOnlySpan<byte> bytes, int at)
    {
        long microseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return microseconds >= 0 && microseconds <= MostMicroseconds ? TimeSpan.FromMicroseconds(microseconds) : throw Damaged(at, "its time is none");
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static TraceException Damaged(int at, string what) => new($"the UART trace is damaged at byte {UartTraceForm.HeaderBytes + at}: {what}", Remedy);
}

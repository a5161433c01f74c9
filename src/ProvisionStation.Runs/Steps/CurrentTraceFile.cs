using System.Buffers.Binary;
using System.Text;
using ProvisionStation.Beken.BootLoader;

namespace ProvisionStation.Runs.Steps;

/// <summary>A current trace read back.</summary>
/// <param name="HasMeter">False where the slot could not measure: then there are marks only.</param>
/// <param name="End">When it was taken, since the run began.</param>
/// <param name="Span">How long a span may be; zero: each reading stands by itself.</param>
/// <param name="LostMarks">Older marks that there was no more room for.</param>
/// <param name="Buckets">The readings, oldest first.</param>
/// <param name="Marks">Steps and power, oldest first.</param>
public sealed record CurrentTraceFile(
    bool HasMeter, TimeSpan End, TimeSpan Span, uint LostMarks, IReadOnlyList<CurrentBucket> Buckets, IReadOnlyList<(TimeSpan At, string Text)> Marks)
{
    private const string Remedy = "Run 'vault verify' and look with the program version that the run names.";
    private static readonly long MostMicroseconds = (long)TimeSpan.MaxValue.TotalMicroseconds / 2;

    /// <summary>Reads what <see cref="CurrentTrace.ToBytes"/> made.</summary>
    /// <exception cref="TraceException">It is none, or of another version, or damaged: nothing of it is told then.</exception>
    public static CurrentTraceFile Read(ReadOnlySpan<byte> file)
    {
        if (file.Length is < CurrentTraceForm.HeaderBytes or > CurrentTrace.MostBytes || !file.StartsWith(CurrentTraceForm.Magic))
            throw new TraceException("these bytes are no current trace", Remedy);
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(file[4..]);
        if (version != CurrentTraceForm.Version)
            throw new TraceException($"the current trace has version {version}; this program reads version {CurrentTraceForm.Version}", Remedy);
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(file[6..]);
        int buckets = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
        int marks = BinaryPrimitives.ReadUInt16LittleEndian(file[30..]);
        ReadOnlySpan<byte> left = file[CurrentTraceForm.HeaderBytes..];
        if (flags > CurrentTraceForm.FlagMeter || left.Length < buckets * CurrentTraceForm.BucketBytes)
            throw Damaged("its header does not fit its length");
        CurrentBucket[] read = new CurrentBucket[buckets];
        for (int index = 0; index < buckets; index++)
            read[index] = Bucket(left.Slice(index * CurrentTraceForm.BucketBytes, CurrentTraceForm.BucketBytes), index);
        return new CurrentTraceFile(
            flags == CurrentTraceForm.FlagMeter,
            Time(file[8..]),
            Time(file[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(file[24..]),
            read,
            ReadMarks(left[(buckets * CurrentTraceForm.BucketBytes)..], marks));
    }

    private static CurrentBucket Bucket(ReadOnlySpan<byte> bytes, int index)
    {
        CurrentBucket bucket = new(
            Microseconds(bytes),
            Microseconds(bytes[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadSingleLittleEndian(bytes[20..]),
            BinaryPrimitives.ReadSingleLittleEndian(bytes[24..]),
            BinaryPrimitives.ReadSingleLittleEndian(bytes[28..]));
        bool isFinite = float.IsFinite(bucket.Least) && double.IsFinite(bucket.Mean) && float.IsFinite(bucket.Most);
        return bucket.Readings > 0 && bucket.From <= bucket.To && isFinite ? bucket : throw Damaged($"span {index + 1} holds no readings");
    }

    private static List<(TimeSpan At, string Text)> ReadMarks(ReadOnlySpan<byte> left, int count)
    {
        List<(TimeSpan, string)> marks = [];
        for (int index = 0; index < count; index++)
        {
            int length = left.Length < CurrentTraceForm.MarkBytes ? int.MaxValue : left[8];
            if (length > CurrentTraceForm.MostTextBytes || left.Length < CurrentTraceForm.MarkBytes + length)
                throw Damaged($"mark {index + 1} does not fit");
            marks.Add((Time(left), Encoding.ASCII.GetString(left.Slice(CurrentTraceForm.MarkBytes, length))));
            left = left[(CurrentTraceForm.MarkBytes + length)..];
        }

        return left.IsEmpty ? marks : throw Damaged($"{left.Length} bytes follow its end");
    }

    private static TimeSpan Time(ReadOnlySpan<byte> bytes) => TimeSpan.FromMicroseconds(Microseconds(bytes));

    private static long Microseconds(ReadOnlySpan<byte> bytes)
    {
        long microseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return microseconds >= 0 && microseconds <= MostMicroseconds ? microseconds : throw Damaged("a time in it is none");
    }

    private static TraceException Damaged(string what) => new($"the current trace is damaged: {what}", Remedy);
}

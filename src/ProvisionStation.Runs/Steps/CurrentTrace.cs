using System.Buffers.Binary;
using System.Text;

namespace ProvisionStation.Runs.Steps;

/// <summary>Every reading of a slot's current in one run: each by itself at first, later the least, mean and most of ever longer spans.</summary>
/// <remarks>The form it is kept in is never longer than <see cref="MostBytes"/>. No span reaches over a mark, so that a step or a power cycle stays
/// where it was. Safe for several callers at once.</remarks>
public sealed class CurrentTrace
{
    /// <summary>Longest form, in bytes, header included.</summary>
    public const int MostBytes = 64 * 1024;

    internal const int MostBuckets = 1800;
    internal const int MostMarks = 256;
    private static readonly long FirstSpan = (long)TimeSpan.FromMilliseconds(50).TotalMicroseconds;

    private readonly TimeProvider _clock;
    private readonly long _begun;
    private readonly bool _hasMeter;
    private readonly Lock _gate = new();
    private readonly List<CurrentBucket> _buckets = [];
    private readonly List<(long At, string Text)> _marks = [];
    private long _span;
    private uint _lostMarks;
    private bool _isSplit;

    /// <summary>Begins a trace; its times count from now.</summary>
    /// <param name="hasMeter">True where there will be readings.</param>
    /// <param name="clock">The run's clock.</param>
    public CurrentTrace(bool hasMeter, TimeProvider clock) => (_hasMeter, _clock, _begun) = (hasMeter, clock, clock.GetTimestamp());

    /// <summary>Takes one reading; one that is no number is left out.</summary>
    public void Add(double milliamperes)
    {
        if (!float.IsFinite((float)milliamperes))
            return;
        lock (_gate)
        {
            long now = Now();
            if (!_isSplit && _buckets is [.., var last] && now - last.From < _span)
                _buckets[^1] = last.With(now, (float)milliamperes);
            else
                _buckets.Add(new CurrentBucket(now, now, 1, (float)milliamperes, (float)milliamperes, (float)milliamperes));
            _isSplit = false;
            if (_buckets.Count > MostBuckets)
                Thin();
        }
    }

    /// <summary>Marks a moment: the name of a step that begins, <c>power on</c>, <c>power off</c> or <c>power cut</c>. The last 256 are kept.</summary>
    public void Mark(string text)
    {
        lock (_gate)
        {
            if (_marks.Count == MostMarks)
            {
                _marks.RemoveAt(0);
                _lostMarks++;
            }

            _marks.Add((Now(), text.Length > CurrentTraceForm.MostTextBytes ? text[..CurrentTraceForm.MostTextBytes] : text));
            _isSplit = true;
        }
    }

    /// <summary>The trace as it is kept.</summary>
    public byte[] ToBytes()
    {
        lock (_gate)
        {
            byte[] file = new byte[CurrentTraceForm.HeaderBytes + (_buckets.Count * CurrentTraceForm.BucketBytes)
                + _marks.Sum(mark => CurrentTraceForm.MarkBytes + mark.Text.Length)];
            Span<byte> left = Header(file);
            foreach (CurrentBucket bucket in _buckets)
            {
                BinaryPrimitives.WriteInt64LittleEndian(left, bucket.From);
                BinaryPrimitives.WriteInt64LittleEndian(left[8..], bucket.To);
                BinaryPrimitives.WriteUInt32LittleEndian(left[16..], bucket.Readings);
                BinaryPrimitives.WriteSingleLittleEndian(left[20..], bucket.Least);
                BinaryPrimitives.WriteSingleLittleEndian(left[24..], (float)bucket.Mean);
                BinaryPrimitives.WriteSingleLittleEndian(left[28..], bucket.Most);
                left = left[CurrentTraceForm.BucketBytes..];
            }

            foreach ((long at, string text) in _marks)
            {
                BinaryPrimitives.WriteInt64LittleEndian(left, at);
                left[8] = (byte)text.Length;
                Encoding.ASCII.GetBytes(text, left[CurrentTraceForm.MarkBytes..]);
                left = left[(CurrentTraceForm.MarkBytes + text.Length)..];
            }

            return file;
        }
    }

    private Span<byte> Header(Span<byte> file)
    {
        CurrentTraceForm.Magic.CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file[4..], CurrentTraceForm.Version);
        BinaryPrimitives.WriteUInt16LittleEndian(file[6..], _hasMeter ? CurrentTraceForm.FlagMeter : (ushort)0);
        BinaryPrimitives.WriteInt64LittleEndian(file[8..], Now());
        BinaryPrimitives.WriteInt64LittleEndian(file[16..], _span);
        BinaryPrimitives.WriteUInt32LittleEndian(file[24..], _lostMarks);
        BinaryPrimitives.WriteUInt16LittleEndian(file[28..], (ushort)_buckets.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(file[30..], (ushort)_marks.Count);
        return file[CurrentTraceForm.HeaderBytes..];
    }

    /// <summary>Makes the spans longer until half of the room is free. It ends: a span longer than the run leaves one for each mark, and one more.</summary>
    private void Thin()
    {
        while (_buckets.Count > MostBuckets / 2)
        {
            _span = _span == 0 ? FirstSpan : 2 * _span;
            int kept = 0;
            int mark = 0;
            for (int next = 1; next < _buckets.Count; next++)
            {
                CurrentBucket whole = _buckets[kept];
                CurrentBucket more = _buckets[next];
                while (mark < _marks.Count && _marks[mark].At < whole.From)
                    mark++;
                // A reading and a mark of the same moment: which came first is not kept, and does not matter.
                bool isMarked = mark < _marks.Count && _marks[mark].At <= more.From;
                if (!isMarked && more.To - whole.From < _span)
                    _buckets[kept] = whole.With(more);
                else
                    _buckets[++kept] = more;
            }

            _buckets.RemoveRange(kept + 1, _buckets.Count - kept - 1);
        }
    }

    private long Now() => (long)_clock.GetElapsedTime(_begun).TotalMicroseconds;
}

namespace ProvisionStation.Simulator.Modules;

/// <summary>Bytes on their way from the unit to the host, through a USB adapter that hands over what it has once a frame.</summary>
/// <remarks>Source: peers.md, the paced bench: packets of 62 bytes and a latency timer of 1 ms. The timer runs from the last hand-over and
/// the
/// computer asks once in a 1 ms frame, so that with this timer a packet that is not full goes along in each frame: all adapters ask at the
/// same instants.</remarks>
internal sealed class TransmitLine(Pace pace)
{
    private readonly Queue<Segment> _segments = new();
    private long _freeAt;
    private long _nextFrame;

    /// <summary>True while something is under way.</summary>
    public bool IsBusy => _segments.Count > 0;

    /// <summary>When the line is free again.</summary>
    public long FreeAt => _freeAt;

    /// <summary>Bytes waiting, on the wire or in the adapter.</summary>
    public int Count { get; private set; }

    /// <summary>The unit sends bytes.</summary>
    /// <param name="bytes">What it sends.</param>
    /// <param name="bitRate">At which rate.</param>
    /// <param name="ready">From when on; later where the line is busy.</param>
    public void Send(byte[] bytes, int bitRate, long ready)
    {
        if (bytes.Length == 0)
            return;
        Segment segment = new(bytes, bitRate, Math.Max(ready, _freeAt), pace.ByteNanoseconds(bitRate));
        _segments.Enqueue(segment);
        Count += bytes.Length;
        _freeAt = segment.End(bytes.Length);
    }

    /// <summary>What the adapter hands over now.</summary>
    /// <param name="now">The time.</param>
    /// <param name="buffer">Where to.</param>
    /// <param name="bitRate">The rate it was sent at. One call gives bytes of one rate; call again until it gives none.</param>
    public int Take(long now, Span<byte> buffer, out int bitRate)
    {
        bitRate = 0;
        if (now < _nextFrame || !_segments.TryPeek(out Segment? segment))
            return 0;
        int there = segment.SentBy(now) - segment.Taken;
        int count = Math.Min(buffer.Length, there);
        if (count <= 0)
            return 0;
        segment.Bytes.AsSpan(segment.Taken, count).CopyTo(buffer);
        bitRate = segment.BitRate;
        segment.Taken += count;
        Count -= count;
        if (segment.Taken == segment.Bytes.Length)
            _segments.Dequeue();
        return count;
    }

    /// <summary>A USB frame has passed: the adapter is asked again in the next one.</summary>
    public void EndFrame(long now)
    {
        if (pace.Frame > 0 && now >= _nextFrame)
            _nextFrame = ((now / pace.Frame) + 1) * pace.Frame;
    }

    /// <summary>When to look again; <see cref="long.MaxValue"/> for an idle line.</summary>
    public long NextDue()
    {
        if (!_segments.TryPeek(out Segment? segment))
            return long.MaxValue;
        long first = segment.End(segment.Taken + 1);
        return pace.Frame == 0 ? first : Math.Max(_nextFrame, (first + pace.Frame - 1) / pace.Frame * pace.Frame);
    }

    /// <summary>Power is gone: what was under way is lost.</summary>
    public void Clear()
    {
        _segments.Clear();
        Count = 0;
        _freeAt = 0;
    }

    private sealed class Segment(byte[] bytes, int bitRate, long start, double byteNanoseconds)
    {
        public byte[] Bytes { get; } = bytes;

        public int BitRate { get; } = bitRate;

        public int Taken { get; set; }

        public long End(int count) => start + (long)(count * byteNanoseconds);

        public int SentBy(long now)
        {
            if (now < start)
                return 0;
            return byteNanoseconds == 0 ? Bytes.Length : (int)Math.Min(Bytes.Length, (now - start + 1) / byteNanoseconds);
        }
    }
}

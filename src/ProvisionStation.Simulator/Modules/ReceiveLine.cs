namespace ProvisionStation.Simulator.Modules;

/// <summary>Bytes on their way from the host to the unit: each has a moment at which its stop bit has passed.</summary>
internal sealed class ReceiveLine(Pace pace, Random dice)
{
    /// <summary>Above this the adapter takes no more from the computer.</summary>
    public const int FullBytes = 32 * 1024;

    /// <summary>What sender and receiver may differ by, in all. Source: fact sheet section 2.2.</summary>
    public const double RateTolerance = 0.025;

    private readonly Queue<Chunk> _chunks = new();
    private long _freeAt;

    /// <summary>Bytes under way or not taken yet.</summary>
    public int Count { get; private set; }

    /// <summary>When the last byte of the oldest lump is there; <see cref="long.MaxValue"/> for an empty line.</summary>
    public long NextDue => _chunks.TryPeek(out Chunk? oldest) ? oldest.End(oldest.Bytes.Length) : long.MaxValue;

    /// <summary>The host has written bytes at its bit rate.</summary>
    public void Add(ReadOnlySpan<byte> bytes, int hostRate, long now)
    {
        if (bytes.IsEmpty)
            return;
        Chunk chunk = new(bytes.ToArray(), hostRate, Math.Max(now, _freeAt), pace.ByteNanoseconds(hostRate));
        _chunks.Enqueue(chunk);
        Count += bytes.Length;
        _freeAt = chunk.End(chunk.Bytes.Length);
    }

    /// <summary>The next bytes that are there, as the unit's UART sees them at its own bit rate.</summary>
    /// <param name="now">The time.</param>
    /// <param name="unitRate">The unit's bit rate; another than the host's garbles.</param>
    /// <param name="drift">One byte of so many is damaged; 0 for none.</param>
    public ReadOnlySpan<byte> Arrived(long now, int unitRate, int drift)
    {
        if (!_chunks.TryPeek(out Chunk? chunk))
            return default;
        int there = chunk.ArrivedBy(now);
        if (there <= chunk.Taken)
            return default;
        if (!SameRate(chunk.HostRate, unitRate))
            dice.NextBytes(chunk.Bytes.AsSpan(chunk.Taken, there - chunk.Taken));
        else if (drift > 0)
            Damage(chunk.Bytes.AsSpan(chunk.Taken, there - chunk.Taken), drift);
        return chunk.Bytes.AsSpan(chunk.Taken, there - chunk.Taken);
    }

    /// <summary>When a byte of <see cref="Arrived"/> was there.</summary>
    /// <param name="index">Its place in that span.</param>
    public long TimeOf(int index)
    {
        Chunk chunk = _chunks.Peek();
        return chunk.End(chunk.Taken + index + 1);
    }

    /// <summary>Bytes of <see cref="Arrived"/> were used.</summary>
    public void Take(int bytes)
    {
        Chunk chunk = _chunks.Peek();
        chunk.Taken += bytes;
        Count -= bytes;
        if (chunk.Taken == chunk.Bytes.Length)
            _chunks.Dequeue();
    }

    /// <summary>Nobody listens: what was under way is lost.</summary>
    public void Clear()
    {
        _chunks.Clear();
        Count = 0;
        _freeAt = 0;
    }

    public static bool SameRate(int one, int other) => Math.Abs(one - other) <= RateTolerance * other;

    private void Damage(Span<byte> bytes, int drift)
    {
        foreach (ref byte value in bytes)
        {
            if (dice.Next(drift) == 0)
                value ^= (byte)(1 << dice.Next(8));
        }
    }

    private sealed class Chunk(byte[] bytes, int hostRate, long start, double byteNanoseconds)
    {
        public byte[] Bytes { get; } = bytes;

        public int HostRate { get; } = hostRate;

        public int Taken { get; set; }

        public long End(int count) => start + (long)(count * byteNanoseconds);

        public int ArrivedBy(long now)
        {
            if (now < start)
                return 0;
            return byteNanoseconds == 0 ? Bytes.Length : (int)Math.Min(Bytes.Length, (now - start + 1) / byteNanoseconds);
        }
    }
}

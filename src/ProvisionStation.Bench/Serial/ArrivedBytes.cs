namespace ProvisionStation.Bench.Serial;

/// <summary>Bytes that have arrived and were not read yet; grows as needed up to a bound. Not thread-safe: its port locks.</summary>
/// <remarks>When it is full the port stops to read: the driver and the adapter then hold what comes, and nothing is lost until
/// they overflow.
/// Dropping old or new bytes here would lose them earlier, and silently.</remarks>
internal sealed class ArrivedBytes(int mostBytes)
{
    private const int FirstBytes = 16 * 1024;

    private byte[] _bytes = new byte[Math.Min(FirstBytes, mostBytes)];
    private int _head;
    private int _tail;

    public int Count => _tail - _head;

    public bool IsFull => Count == mostBytes;

    /// <summary>Where the next bytes go; empty only when full.</summary>
    public Span<byte> Space()
    {
        if (_head > 0)
        {
            _bytes.AsSpan(_head, Count).CopyTo(_bytes);
            (_head, _tail) = (0, Count);
        }

        if (_tail == _bytes.Length && _bytes.Length < mostBytes)
            Array.Resize(ref _bytes, Math.Min(_bytes.Length * 2, mostBytes));
        return _bytes.AsSpan(_tail);
    }

    public void Added(int count) => _tail += count;

    /// <summary>Moves as many bytes as fit.</summary>
    public int Take(Span<byte> to)
    {
        int count = Math.Min(Count, to.Length);
        _bytes.AsSpan(_head, count).CopyTo(to);
        _head += count;
        if (_head == _tail)
            Clear();
        return count;
    }

    public void Clear() => (_head, _tail) = (0, 0);
}

#if SYSTEM_IO_PORTS
using System.IO.Ports;

namespace ProvisionStation.Bench.Serial;

/// <summary>A serial port of Windows or macOS over System.IO.Ports. Thin, and not run on those systems yet: see the README.</summary>
/// <remarks>A reader that was cancelled may leave a read behind; it stays pending and the next call takes it over, so that no byte
/// is lost.</remarks>
internal sealed class SystemIoPort : ISerialPort, ILineControl
{
    private readonly SerialPort _port;
    private readonly TimeProvider _clock;
    private readonly ArrivedBytes _arrived = new(1 << 20);
    private readonly byte[] _lump = new byte[4096];
    private Task<int>? _pending;
    private volatile bool _gone;

    public SystemIoPort(string path, int bitRate, TimeProvider clock)
    {
        (Path, _clock) = (path, clock);
        _port = new SerialPort(path, bitRate, Parity.None, 8, StopBits.One)
        {
            Handshake = Handshake.None,
            DtrEnable = false,
            RtsEnable = false,
        };
        try
        {
            _port.Open();
        }
        catch (UnauthorizedAccessException e)
        {
            _port.Dispose();
            throw new BenchException(
                BenchReasons.PortBusy, $"serial port {path} is used by another program", "End the other program, then try again.", e);
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            _port.Dispose();
            throw new BenchException(
                BenchReasons.PortGone,
                $"serial port {path} cannot be opened: {e.Message}",
                "Plug the adapter in, or correct the path in the jig file.",
                e);
        }
    }

    public string Path { get; }

    public int BitRate => _port.BaudRate;

    public ILineControl? Lines => this;

    public bool IsGone => _gone;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, int atLeast, TimeSpan limit, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atLeast, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(atLeast, buffer.Length);
        long started = _clock.GetTimestamp();
        while (_arrived.Count < atLeast && !_arrived.IsFull)
        {
            TimeSpan left = limit - _clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                break;
            try
            {
                _pending ??= Guarded(() => _port.BaseStream.ReadAsync(_lump, 0, _lump.Length, CancellationToken.None));
                int count = await _pending.WaitAsync(left, _clock, cancel);
                _pending = null;
                if (count == 0)
                    throw Gone(null);
                Keep(count);
            }
            catch (TimeoutException)
            {
                break;
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                throw Gone(e);
            }
        }

        return _arrived.Take(buffer.Span);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            await Guarded(() => _port.BaseStream.WriteAsync(bytes, CancellationToken.None).AsTask()).WaitAsync(limit, _clock, cancel);
        }
        catch (TimeoutException)
        {
            throw PortFaults.Stuck(Path, limit);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw Gone(e);
        }
    }

    public void SetBitRate(int bitsPerSecond) => Use(() => _port.BaudRate = bitsPerSecond);

    public void DiscardInput()
    {
        Use(_port.DiscardInBuffer);
        _arrived.Clear();
    }

    public void SetRts(bool asserted) => Use(() => _port.RtsEnable = asserted);

    public void SetDtr(bool asserted) => Use(() => _port.DtrEnable = asserted);

    public void SetBreak(bool on) => Use(() => _port.BreakState = on);

    public async ValueTask DisposeAsync()
    {
        _gone = true;
        try
        {
            // Close may never return after an unplug; it then ends with the process.
            await Task.Run(_port.Dispose).WaitAsync(TimeSpan.FromSeconds(1), _clock);
        }
        catch (Exception e) when (e is TimeoutException or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            // The port is of no more use either way.
        }
    }

    private void Keep(int count)
    {
        for (int done = 0; done < count && !_arrived.IsFull;)
        {
            Span<byte> space = _arrived.Space();
            int part = Math.Min(space.Length, count - done);
            _lump.AsSpan(done, part).CopyTo(space);
            _arrived.Added(part);
            done += part;
        }
    }

    private Task<T> Guarded<T>(Func<Task<T>> call) => _gone ? throw PortFaults.Gone(Path, closed: true) : call();

    private Task Guarded(Func<Task> call) => _gone ? throw PortFaults.Gone(Path, closed: true) : call();

    private void Use(Action call)
    {
        try
        {
            if (_gone)
                throw PortFaults.Gone(Path, closed: true);
            call();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw Gone(e);
        }
    }

    private BenchException Gone(Exception? inner)
    {
        _gone = true;
        return new BenchException(
            BenchReasons.PortGone, $"serial port {Path} is gone", "Plug the adapter in again, then run the unit again.", inner);
    }
}
#endif

using System.Runtime.InteropServices;

namespace ProvisionStation.Bench.Serial;

/// <summary>A serial port of Linux: non-blocking, filled by the <see cref="EpollThread"/>.</summary>
/// <remarks>A reader is woken when all it asked for is there, at its limit, or at a hang-up, and never on the epoll thread.
/// Bytes leave the buffer only at the end of a read that succeeds, so cancelling loses none.</remarks>
internal sealed class LinuxSerialPort : ISerialPort
{
    private const int MostArrivedBytes = 1 << 20;

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly ArrivedBytes _arrived = new(MostArrivedBytes);
    private int _descriptor;
    private ulong _key;
    private uint _watched = LinuxCalls.EpollIn;
    private bool _closed;
    private TaskCompletionSource? _reader;
    private int _readerNeeds;
    private TaskCompletionSource? _writer;

    private unsafe LinuxSerialPort(string path, int descriptor, int bitRate, TimeProvider clock)
    {
        (Path, _descriptor, BitRate, _clock) = (path, descriptor, bitRate, clock);
        int bits;
        if (LinuxCalls.Control(descriptor, LinuxCalls.ModemGet, &bits) == 0)
            Lines = new LinuxLineControl(this);
    }

    public string Path { get; }

    public int BitRate { get; private set; }

    public ILineControl? Lines { get; }

    public bool IsGone
    {
        get
        {
            lock (_gate)
                return _descriptor < 0;
        }
    }

    /// <summary>Opens a port for this process alone.</summary>
    /// <param name="path">As the jig names it; used in messages.</param>
    /// <param name="device">The device file.</param>
    /// <param name="bitRate">Bits per second.</param>
    /// <param name="hangUpOnClose">True where RTS or DTR switches power or reset: the kernel then lets go of them when the process
    /// dies.</param>
    /// <param name="clock">The clock of every limit.</param>
    public static LinuxSerialPort Open(string path, string device, int bitRate, bool hangUpOnClose, TimeProvider clock)
    {
        int descriptor = LinuxCalls.Open(
            device,
            LinuxCalls.OpenReadWrite | LinuxCalls.OpenNoControllingTerminal | LinuxCalls.OpenNonBlocking | LinuxCalls.OpenCloseOnExec);
        if (descriptor < 0)
            throw PortFaults.NotOpened(path, device, Marshal.GetLastPInvokeError());
        int errno = LinuxCalls.Lock(descriptor, LinuxCalls.LockExclusive | LinuxCalls.LockNonBlocking) == 0
            ? SetTermios(descriptor, bitRate, hangUpOnClose)
            : Marshal.GetLastPInvokeError();
        if (errno != 0)
        {
            _ = LinuxCalls.Close(descriptor);
            throw PortFaults.NotOpened(path, device, errno);
        }

        LinuxSerialPort port = new(path, descriptor, bitRate, clock);
        try
        {
            port.MakeSafe();
            port.Start();
            return port;
        }
        catch
        {
            lock (port._gate)
                port.Close(asked: true);
            throw;
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, int atLeast, TimeSpan limit, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atLeast, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(atLeast, buffer.Length);
        cancel.ThrowIfCancellationRequested();
        TaskCompletionSource waiter;
        lock (_gate)
        {
            ThrowIfGone();
            if (_arrived.Count >= atLeast || limit <= TimeSpan.Zero)
                return Take(buffer.Span);
            if (_reader is not null)
                throw new InvalidOperationException($"two reads at once from {Path}");
            waiter = _reader = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _readerNeeds = Math.Min(atLeast, MostArrivedBytes);
        }

        try
        {
            await using ITimer deadline = _clock.CreateTimer(End, waiter, limit, Timeout.InfiniteTimeSpan);
            await using CancellationTokenRegistration cancelled = cancel.UnsafeRegister(Cancel, waiter);
            await waiter.Task;
        }
        finally
        {
            lock (_gate)
                _reader = null;
        }

        lock (_gate)
        {
            ThrowIfGone();
            return Take(buffer.Span);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        long started = _clock.GetTimestamp();
        int done = 0;
        while (true)
        {
            TaskCompletionSource waiter;
            lock (_gate)
            {
                ThrowIfGone();
                done += WriteNow(bytes.Span[done..]);
                if (done == bytes.Length)
                    return;
                if (_writer is not null)
                    throw new InvalidOperationException($"two writes at once to {Path}");
                waiter = _writer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Watch();
            }

            try
            {
                TimeSpan left = limit - _clock.GetElapsedTime(started);
                await waiter.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _clock, cancel);
            }
            catch (TimeoutException)
            {
                throw PortFaults.Stuck(Path, limit);
            }
            finally
            {
                lock (_gate)
                {
                    _writer = null;
                    Watch();
                }
            }
        }
    }

    public unsafe void SetBitRate(int bitsPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bitsPerSecond, 1);
        Use(descriptor =>
        {
            Termios2 termios;
            if (LinuxCalls.Control(descriptor, LinuxCalls.TermiosGet2, &termios) != 0)
                return -1;
            termios.SetRate((uint)bitsPerSecond);
            return LinuxCalls.Control(descriptor, LinuxCalls.TermiosSet2, &termios);
        });
        BitRate = bitsPerSecond;
    }

    public void DiscardInput()
    {
        Use(descriptor => LinuxCalls.Control(descriptor, LinuxCalls.Flush, LinuxCalls.FlushInput));
        lock (_gate)
        {
            _arrived.Clear();
            Watch();
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            // Bytes that still wait for the wire are given up: closing would otherwise wait for them, up to 30 s (closing_wait).
            if (_descriptor >= 0)
                _ = LinuxCalls.Control(_descriptor, LinuxCalls.Flush, LinuxCalls.FlushOutput);
            Close(asked: true);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Does one short call on the open port.</summary>
    internal void Use(Func<int, int> call)
    {
        lock (_gate)
        {
            ThrowIfGone();
            if (call(_descriptor) == 0)
                return;
            int errno = Marshal.GetLastPInvokeError();
            if (errno is not (LinuxCalls.IoError or LinuxCalls.NoDevice or LinuxCalls.NoDeviceOrAddress))
                throw PortFaults.Refused(Path, errno);
            Close(asked: false);
            throw PortFaults.Gone(Path, closed: false);
        }
    }

    /// <summary>Called on the epoll thread: moves bytes, wakes waiters.</summary>
    internal void Happened(uint events)
    {
        lock (_gate)
        {
            if (_descriptor >= 0 && (events & (LinuxCalls.EpollIn | LinuxCalls.EpollError | LinuxCalls.EpollHangUp)) != 0)
                ReadNow((events & (LinuxCalls.EpollError | LinuxCalls.EpollHangUp)) != 0);
            if (_descriptor >= 0 && (events & LinuxCalls.EpollOut) != 0)
                _writer?.TrySetResult();
            Watch();
        }
    }

    private static void End(object? waiter) => ((TaskCompletionSource)waiter!).TrySetResult();

    private static void Cancel(object? waiter, CancellationToken cancel) => ((TaskCompletionSource)waiter!).TrySetCanceled(cancel);

    /// <returns>0, or what went wrong (errno).</returns>
    private static unsafe int SetTermios(int descriptor, int bitRate, bool hangUpOnClose)
    {
        Termios2 termios;
        if (LinuxCalls.Control(descriptor, LinuxCalls.TermiosGet2, &termios) != 0)
            return Marshal.GetLastPInvokeError();
        termios.MakeRaw(hangUpOnClose);
        termios.SetRate((uint)bitRate);
        return LinuxCalls.Control(descriptor, LinuxCalls.TermiosSet2, &termios) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Linux asserts both lines at every open: let go of them at once. Keep others out.</summary>
    /// <remarks>A pseudo terminal is not set exclusive: the mark outlives its owner there, as long as the other side keeps a descriptor,
    /// and would lock everyone out after a crash. The lock on the file serves both kinds.</remarks>
    private void MakeSafe()
    {
        if (Lines is null)
            return;
        Use(descriptor => LinuxCalls.Control(descriptor, LinuxCalls.Exclusive, (nint)0));
        Lines.SetRts(false);
        Lines.SetDtr(false);
    }

    private void Start()
    {
        // The first bytes may come before this returns; they wait for the key.
        lock (_gate)
            _key = EpollThread.Shared.Add(this, _descriptor);
    }

    private unsafe void ReadNow(bool hangUp)
    {
        if (_arrived.IsFull)
        {
            if (hangUp)
                Close(asked: false);
            return;
        }

        Span<byte> space = _arrived.Space();
        nint count;
        fixed (byte* at = space)
            count = LinuxCalls.Read(_descriptor, at, space.Length);
        if (count > 0)
        {
            _arrived.Added((int)count);
            if (_reader is not null && _arrived.Count >= _readerNeeds)
                _reader.TrySetResult();
            return;
        }

        bool nothingYet = count < 0 && Marshal.GetLastPInvokeError() is LinuxCalls.Again or LinuxCalls.Interrupted;
        if (count == 0 || hangUp || !nothingYet)
            Close(asked: false);
    }

    private unsafe int WriteNow(ReadOnlySpan<byte> bytes)
    {
        int done = 0;
        while (done < bytes.Length)
        {
            nint count;
            fixed (byte* at = bytes[done..])
                count = LinuxCalls.Write(_descriptor, at, bytes.Length - done);
            if (count > 0)
            {
                done += (int)count;
                continue;
            }

            int errno = Marshal.GetLastPInvokeError();
            if (count == 0 || errno == LinuxCalls.Again)
                return done;
            if (errno == LinuxCalls.Interrupted)
                continue;
            Close(asked: false);
            throw PortFaults.Gone(Path, closed: false);
        }

        return done;
    }

    private int Take(Span<byte> to)
    {
        int count = _arrived.Take(to);
        Watch();
        return count;
    }

    private void Watch()
    {
        bool wantsToWrite = _writer is { Task.IsCompleted: false };
        uint events = (_arrived.IsFull ? 0 : LinuxCalls.EpollIn) | (wantsToWrite ? LinuxCalls.EpollOut : 0);
        if (_descriptor < 0 || events == _watched)
            return;
        _watched = events;
        EpollThread.Shared.Watch(_descriptor, _key, events);
    }

    private void Close(bool asked)
    {
        if (_descriptor < 0)
            return;
        if (_key != 0)
            EpollThread.Shared.Remove(_descriptor, _key);
        _ = LinuxCalls.Close(_descriptor); // the descriptor is gone whatever this answers
        _descriptor = -1;
        _closed = asked;
        // Both look at the descriptor when they wake up, and throw.
        _reader?.TrySetResult();
        _writer?.TrySetResult();
    }

    private void ThrowIfGone()
    {
        if (_descriptor < 0)
            throw PortFaults.Gone(Path, _closed);
    }
}

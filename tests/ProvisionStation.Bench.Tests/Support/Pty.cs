using System.Runtime.InteropServices;

namespace ProvisionStation.Bench.Tests.Support;

/// <summary>A pseudo terminal that the test holds the other end of: what a unit would be.</summary>
internal sealed partial class Pty : IDisposable
{
    private const int ReadWriteNoControl = 0x102; // O_RDWR | O_NOCTTY
    private const nuint GetTermios2 = 0x802C542A;
    private const int Termios2Bytes = 44;
    private const short PollIn = 1;

    private readonly Lock _gate = new();
    private int _descriptor;

    public Pty()
    {
        _descriptor = OpenPt(ReadWriteNoControl);
        byte[] name = new byte[64];
        if (_descriptor < 0 || GrantPt(_descriptor) != 0 || UnlockPt(_descriptor) != 0 || PtsName(_descriptor, name, name.Length) != 0)
            throw new InvalidOperationException($"no pseudo terminal: errno {Marshal.GetLastPInvokeError()}");
        Path = System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0');
    }

    /// <summary>The device that the station opens.</summary>
    public string Path { get; }

    /// <summary>The bit rate that the station has set, as the kernel holds it.</summary>
    public uint BitRate
    {
        get
        {
            byte[] termios = new byte[Termios2Bytes];
            if (Control(_descriptor, GetTermios2, termios) != 0)
                throw new InvalidOperationException($"TCGETS2: errno {Marshal.GetLastPInvokeError()}");
            return BitConverter.ToUInt32(termios, 40);
        }
    }

    /// <summary>Sends bytes to the station; waits while its side is full.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint count = Write(_descriptor, bytes, bytes.Length);
            if (count < 0)
                throw new InvalidOperationException($"write: errno {Marshal.GetLastPInvokeError()}");
            bytes = bytes[(int)count..];
        }
    }

    /// <summary>Takes exactly <paramref name="count"/> bytes from the station.</summary>
    public byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            PollEntry poll = new() { Descriptor = _descriptor, Events = PollIn };
            if (Poll(ref poll, 1, 10_000) <= 0)
                throw new TimeoutException($"{done} of {count} bytes came");
            nint got = Read(_descriptor, bytes.AsSpan(done), count - done);
            if (got <= 0)
                throw new InvalidOperationException($"read: errno {Marshal.GetLastPInvokeError()}");
            done += (int)got;
        }

        return bytes;
    }

    /// <summary>Takes and forgets what the station sends until the work is done.</summary>
    public void DrainUntil(Task work)
    {
        byte[] bytes = new byte[4096];
        while (!work.IsCompleted)
        {
            PollEntry poll = new() { Descriptor = _descriptor, Events = PollIn };
            if (Poll(ref poll, 1, 10) > 0)
                _ = Read(_descriptor, bytes, bytes.Length);
        }
    }

    /// <summary>Pulls the adapter out.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_descriptor < 0)
                return;
            _ = Close(_descriptor);
            _descriptor = -1;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenPt(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int GrantPt(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int UnlockPt(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int PtsName(int descriptor, Span<byte> name, nint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(int descriptor, nuint request, Span<byte> argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, Span<byte> bytes, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int descriptor, ReadOnlySpan<byte> bytes, nint count);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}

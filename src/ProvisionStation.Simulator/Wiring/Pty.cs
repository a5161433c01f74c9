using System.Runtime.InteropServices;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>One pseudo terminal: what the host opens is its slave, by a symbolic link with a steady name.</summary>
/// <remarks>Raw and without echo before the first byte; one slave descriptor is kept, so that the master survives a host that
/// closes.</remarks>
internal sealed class Pty : IDisposable
{
    private const uint EightBitsReceiverLocal = 0x30 | 0x80 | 0x800; // CS8, CREAD, CLOCAL
    private const uint OtherRate = 0x1000; // BOTHER
    private const int StartRate = 115200;

    private readonly string _link;
    private readonly int _slave;

    private Pty(int master, int slave, string path, string link) => (Master, _slave, Path, _link) = (master, slave, path, link);

    /// <summary>The master's descriptor.</summary>
    public int Master { get; }

    /// <summary>The slave's device, for example <c>/dev/pts/3</c>.</summary>
    public string Path { get; }

    /// <summary>The host's bits per second now.</summary>
    public int HostRate
    {
        get
        {
            Native.GetLine(_slave, out Termios line);
            return (int)line.OutputRate;
        }
    }

    /// <summary>Bytes that the host has not fetched, as far as its line discipline holds them.</summary>
    public int Unread => Native.Unread(_slave);

    /// <exception cref="IOException">The system gives no pseudo terminal.</exception>
    public static Pty Open(string link)
    {
        int master = Native.Check(Native.OpenMaster(Native.OpenFlags), "posix_openpt");
        Native.Check(Native.Grant(master), "grantpt");
        Native.Check(Native.Unlock(master), "unlockpt");
        string path = Native.SlaveOf(master);
        int slave = Native.Check(Native.Open(path, Native.OpenFlags), $"open {path}");
        MakeRaw(slave);
        File.Delete(link);
        File.CreateSymbolicLink(link, path);
        return new Pty(master, slave, path, link);
    }

    /// <summary>What the host has written, as far as there is something.</summary>
    public int Read(Span<byte> buffer) => Math.Max(0, Native.Read(Master, buffer));

    /// <summary>Gives the host bytes.</summary>
    /// <returns>How many the system took.</returns>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        int written = Native.Write(Master, bytes);
        if (written < 0 && Marshal.GetLastPInvokeError() is not (Native.TryAgain or Native.Interrupted))
            throw new IOException($"write to {Path} failed with errno {Marshal.GetLastPInvokeError()}");
        return Math.Max(0, written);
    }

    /// <summary>Forgets what the host has not fetched.</summary>
    public void DiscardUnread() => Native.DiscardUnread(_slave);

    public void Dispose()
    {
        if (new FileInfo(_link).LinkTarget == Path)
            File.Delete(_link);
        _ = Native.Close(_slave);
        _ = Native.Close(Master);
    }

    private static void MakeRaw(int slave)
    {
        Native.GetLine(slave, out Termios line);
        line.Input = line.Output = line.Local = 0;
        line.Control = EightBitsReceiverLocal | OtherRate;
        line.InputRate = line.OutputRate = StartRate;
        Native.SetLine(slave, line);
    }
}

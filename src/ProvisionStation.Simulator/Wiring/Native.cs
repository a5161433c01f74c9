using System.Runtime.InteropServices;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>The few calls into Linux that .NET has no words for. Constants are the same on x64 and arm64.</summary>
internal static partial class Native
{
    public const int OpenFlags = 0x2 | 0x100 | 0x800 | 0x80000; // O_RDWR, O_NOCTTY, O_NONBLOCK, O_CLOEXEC
    public const int EventFlags = 0x800 | 0x80000;
    public const short PollIn = 1;
    public const int TryAgain = 11;
    public const int Interrupted = 4;

    private const nuint GetTermios = 0x802C542A;
    private const nuint SetTermios = 0x402C542B;
    private const nuint Flush = 0x540B;
    private const nuint CountUnread = 0x541B;

    public static unsafe void GetLine(int descriptor, out Termios line)
    {
        fixed (Termios* pointer = &line)
            Check(Control(descriptor, GetTermios, pointer), "TCGETS2");
    }

    public static unsafe void SetLine(int descriptor, in Termios line)
    {
        fixed (Termios* pointer = &line)
            Check(Control(descriptor, SetTermios, pointer), "TCSETS2");
    }

    public static unsafe int Unread(int descriptor)
    {
        int count = 0;
        return Control(descriptor, CountUnread, &count) < 0 ? 0 : count;
    }

    public static unsafe void DiscardUnread(int descriptor) => Control(descriptor, Flush, null);

    public static unsafe int Read(int descriptor, Span<byte> bytes)
    {
        fixed (byte* pointer = bytes)
            return (int)ReadCall(descriptor, pointer, (nuint)bytes.Length);
    }

    public static unsafe int Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* pointer = bytes)
            return (int)WriteCall(descriptor, pointer, (nuint)bytes.Length);
    }

    public static unsafe string SlaveOf(int master)
    {
        byte* name = stackalloc byte[128];
        if (SlaveName(master, name, 128) != 0)
            throw new IOException("ptsname_r failed");
        return Marshal.PtrToStringUTF8((nint)name) ?? throw new IOException("ptsname_r gave nothing");
    }

    /// <summary>Waits until a descriptor is ready or a time has passed.</summary>
    public static unsafe int Poll(Span<PollEntry> entries, long nanoseconds)
    {
        TimeSpec limit = new(nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
        fixed (PollEntry* pointer = entries)
            return PollCall(pointer, (nuint)entries.Length, &limit, null);
    }

    public static int Check(int result, string what) =>
        result >= 0 ? result : throw new IOException($"{what} failed with errno {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    public static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int MakeEvent(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static unsafe partial int SlaveName(int master, byte* name, nuint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int Control(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint ReadCall(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteCall(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static unsafe partial int PollCall(PollEntry* entries, nuint count, TimeSpec* limit, void* signals);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}

using System.Runtime.InteropServices;

namespace ProvisionStation.Bench.Serial;

/// <summary>The few calls of Linux that a serial port needs, with their numbers.</summary>
/// <remarks>Numbers: include/uapi/asm-generic (fcntl.h, ioctls.h, termbits.h), sys/epoll.h, sys/file.h of Linux. They are those of x64 and
/// arm64; <see cref="EpollStride"/> is the only difference between the two.</remarks>
internal static unsafe partial class LinuxCalls
{
    public const int OpenReadWrite = 0x2;
    public const int OpenNoControllingTerminal = 0x100;
    public const int OpenNonBlocking = 0x800;
    public const int OpenCloseOnExec = 0x80000;

    public const int Interrupted = 4; // EINTR
    public const int IoError = 5; // EIO
    public const int NoDeviceOrAddress = 6; // ENXIO
    public const int Again = 11; // EAGAIN
    public const int NoPermission = 13; // EACCES
    public const int Busy = 16; // EBUSY
    public const int NoDevice = 19; // ENODEV
    public const int NotATerminal = 25; // ENOTTY

    public const uint TermiosGet2 = 0x802C542A; // TCGETS2
    public const uint TermiosSet2 = 0x402C542B; // TCSETS2: at once, nothing flushed
    public const uint Flush = 0x540B; // TCFLSH
    public const uint Exclusive = 0x540C; // TIOCEXCL
    public const uint ModemGet = 0x5415; // TIOCMGET
    public const uint ModemSetBits = 0x5416; // TIOCMBIS
    public const uint ModemClearBits = 0x5417; // TIOCMBIC
    public const uint BreakOn = 0x5427; // TIOCSBRK
    public const uint BreakOff = 0x5428; // TIOCCBRK
    public const nint FlushInput = 0; // TCIFLUSH
    public const nint FlushOutput = 1; // TCOFLUSH
    public const int ModemDtr = 0x002;
    public const int ModemRts = 0x004;

    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    public const int EpollCloseOnExec = 0x80000;
    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const int EpollModify = 3;
    public const uint EpollIn = 0x001;
    public const uint EpollOut = 0x004;
    public const uint EpollError = 0x008;
    public const uint EpollHangUp = 0x010;

    /// <summary>Bytes of one epoll_event: packed on x64 only (sys/epoll.h, EPOLL_PACKED).</summary>
    public static readonly int EpollStride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Where the 64-bit key lies in an epoll_event.</summary>
    public static readonly int EpollKeyOffset = EpollStride - sizeof(ulong);

    /// <summary>What tells a file from every other: the device number of its file system, and its inode; null where it cannot be told.</summary>
    /// <remarks>statx(2) and its numbers: include/uapi/linux/stat.h of Linux, the same on every architecture.</remarks>
    public static (uint Major, uint Minor, ulong Inode)? FileOf(string path)
    {
        const int bytes = 256, inodeAt = 32, majorAt = 136, minorAt = 140;
        const uint wantsInode = 0x100; // STATX_INO
        const int fromHere = -100; // AT_FDCWD
        byte* found = stackalloc byte[bytes];
        return Status(fromHere, path, 0, wantsInode, found) != 0
            ? null
            : (*(uint*)(found + majorAt), *(uint*)(found + minorAt), *(ulong*)(found + inodeAt));
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, byte* found);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, nint argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, int* argument);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, Termios2* argument);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* happening);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* happenings, int most, int timeoutMilliseconds);
}

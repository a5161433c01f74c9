using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProvisionStation.Records;

/// <summary>What .NET does not offer for files that must survive a power cut.</summary>
internal static class StableStorage
{
    // Source: Linux, include/uapi/linux/fadvise.h.
    private const int DontNeed = 4;
    private const int ReadOnly = 0;

    private const int NoSpaceOnUnix = 28;
    private const int OverQuotaOnLinux = 122;
    private const int OverQuotaOnMac = 69;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);

    /// <summary>Makes a rename or a new file in a folder durable. Windows has no such call: its file systems journal names themselves.</summary>
    /// <exception cref="IOException">The folder could not be opened or synced.</exception>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open([.. Encoding.UTF8.GetBytes(folder), 0], ReadOnly);
        if (descriptor < 0)
            throw Failed("opened", folder);
        using SafeFileHandle handle = new(descriptor, ownsHandle: true);
        if (Fsync(descriptor) != 0)
            throw Failed("synced", folder);
    }

    /// <summary>Opens a file for reading although another program has locked it, which .NET's own files respect; null where that cannot be.</summary>
    public static SafeFileHandle? OpenBesideLock(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        int descriptor = Open([.. Encoding.UTF8.GetBytes(path), 0], ReadOnly);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Asks the system to forget its copy of a synced file, so that the next read comes from the disk. Where it cannot, the read is of
    /// the copy.</summary>
    public static void DropCache(SafeFileHandle file)
    {
        if (OperatingSystem.IsLinux())
            _ = PosixFadvise(file.DangerousGetHandle().ToInt32(), 0, 0, DontNeed);
    }

    /// <summary>True where the disk or a quota is full.</summary>
    public static bool IsFull(IOException e) =>
        e.HResult is DiskFullOnWindows or HandleDiskFullOnWindows
        || (!OperatingSystem.IsWindows() && e.HResult == NoSpaceOnUnix)
        || (OperatingSystem.IsLinux() && e.HResult == OverQuotaOnLinux)
        || (OperatingSystem.IsMacOS() && e.HResult == OverQuotaOnMac);

    /// <summary>Writes a file through a temporary one in the same folder: under its final name there is all of it or nothing.</summary>
    /// <param name="path">Its final name; a file that is there is replaced.</param>
    /// <param name="content">All of it.</param>
    /// <param name="createTemporary">Opens the temporary file for writing.</param>
    /// <param name="disk">Syncs; the system's own where null.</param>
    /// <exception cref="IOException">Nothing is left under either name that was not there before.</exception>
    public static void WriteWhole(string path, ReadOnlySpan<byte> content, Func<string, FileStream> createTemporary, DiskSync? disk = null)
    {
        disk ??= DiskSync.System;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}{TemporaryEnding}");
        try
        {
            // Held open over the rename: whoever tidies up can tell a file at work from one that a crash left behind.
            using FileStream stream = createTemporary(temporary);
            stream.Write(content);
            disk.File(stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        disk.Folder(folder);
    }

    /// <summary>Makes a folder for its owner only, with those above it; one that is there stays as it is.</summary>
    public static void CreatePrivateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Takes a file away from everyone but its owner, where it is there.</summary>
    public static void MakePrivate(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path))
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>How the names of temporary files end.</summary>
    public const string TemporaryEnding = ".tmp";

    /// <summary>A new file for its owner only; others may rename it but not open it for themselves.</summary>
    public static FileStream CreatePrivate(string path) => Create(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

    /// <summary>A new file that others may read as far as the system's own rules let them.</summary>
    public static FileStream CreateReadable(string path) =>
        Create(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    private static FileStream Create(string path, UnixFileMode mode)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        return new FileStream(path, options);
    }

    private static IOException Failed(string what, string folder)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"the folder {folder} could not be {what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int PosixFadvise(int descriptor, long offset, long length, int advice);
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProvisionStation.Records;

/// <summary>The right to write in a data folder: one program at a time, by whatever path it reaches the folder. The system takes it back when the
/// program ends, however it ends: a file that is left behind locks nobody out.</summary>
public sealed class StationLock : IDisposable
{
    private const string FileName = "station.lock";
    private const int LongestText = 256;

    private readonly FileStream _held;

    private StationLock(FileStream held) => _held = held;

    /// <summary>Takes the lock of a folder that exists.</summary>
    /// <exception cref="RecordsException">Another program has it: the sentence names that program and its process where this user can see it.</exception>
    /// <exception cref="IOException">The lock's file cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write to it.</exception>
    public static StationLock Take(string dataFolder)
    {
        string folder = Path.GetFullPath(dataFolder);
        string path = Path.Combine(folder, FileName);
        FileStream held = TryTake(path) ?? throw new RecordsException(
            "record-lost",
            $"another station program works in the data folder {folder}{Holder(path)}",
            "Stop it first, or name another folder with --data; 'runs', 'units' and 'export' may be used beside it.")
        {
            IsWrongUse = true,
        };
        try
        {
            RequireLocks(path);
            StableStorage.MakePrivate(path);
            held.SetLength(0);
            held.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {Program()}\n")));
            held.Flush();
            return new StationLock(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Gives it back.</summary>
    public void Dispose() => _held.Dispose();

    /// <summary>Null where another program has it.</summary>
    private static FileStream? TryTake(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException) when (File.Exists(path) && !IsReadOnly(path))
        {
            return null;
        }
    }

    /// <summary>A disk that is mounted read-only is no other program.</summary>
    private static bool IsReadOnly(string path)
    {
        try
        {
            using FileStream probe = new(path + StableStorage.TemporaryEnding, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            });
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Some network shares say yes to every lock.</summary>
    private static void RequireLocks(string path)
    {
        using FileStream? second = TryTake(path);
        if (second is not null)
        {
            throw new RecordsException(
                "record-lost",
                $"the file system of {path} keeps no locks: two stations could write at once",
                "Put the data folder on a local disk, not on a network share.");
        }
    }

    /// <summary>The program and the command that was given to it, without its options.</summary>
    private static string Program()
    {
        string[] arguments = Environment.GetCommandLineArgs();
        return CleanText.Of(string.Join(
            ' ', [Path.GetFileNameWithoutExtension(arguments[0]), .. arguments.Skip(1).Take(2).TakeWhile(one => one.Length > 0 && one.All(char.IsAsciiLetter))]));
    }

    /// <summary>For example <c>: ProvisionStation run, process 4711</c>; empty where that cannot be told.</summary>
    private static string Holder(string path)
    {
        string[] words = TextOf(path).Split(' ', 2);
        return words.Length == 2 && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int process) && Runs(process)
            ? $": {CleanText.Of(words[1])}, process {process}"
            : "";
    }

    private static string TextOf(string path)
    {
        using SafeFileHandle? file = StableStorage.OpenBesideLock(path);
        if (file is null)
            return "";
        Span<byte> text = stackalloc byte[LongestText];
        return Encoding.UTF8.GetString(text[..RandomAccess.Read(file, text, 0)]).Trim();
    }

    private static bool Runs(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

using System.Globalization;

namespace ProvisionStation.Bench.Serial;

/// <summary>Finds the process that holds a device: the one with the lock on it, otherwise all that have it open, by looking through
/// /proc.</summary>
internal static class PortHolder
{
    /// <returns>For example <c>minicom (process 4711)</c>; null where this user cannot see it.</returns>
    public static string? Of(string path)
    {
        string device = Target(path);
        List<int> holders = LinuxCalls.FileOf(device) is { } file ? Lockers(file) : [];
        if (holders.Count == 0)
            holders = Openers(device);
        return holders.Count == 0 ? null : string.Join(", ", holders.Select(Name));
    }

    /// <summary>The processes with a flock on a file, from the lines of /proc/locks.</summary>
    /// <param name="lines">For example <c>1: FLOCK  ADVISORY  WRITE 4711 00:18:5 0 EOF</c>: major and minor in hex, inode.</param>
    /// <param name="file">The file.</param>
    /// <remarks>Source: proc_locks(5). A line that begins with <c>-&gt;</c> behind its number waits for the lock.</remarks>
    internal static List<int> Lockers(IEnumerable<string> lines, (uint Major, uint Minor, ulong Inode) file)
    {
        string wanted = string.Create(CultureInfo.InvariantCulture, $"{file.Major:x2}:{file.Minor:x2}:{file.Inode}");
        List<int> found = [];
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 6 && words[1] == "FLOCK" && words[5] == wanted
                && int.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out int process))
                found.Add(process);
        }

        return found;
    }

    private static List<int> Lockers((uint Major, uint Minor, ulong Inode) file) =>
        [.. Lockers(Names("/proc/locks", File.ReadLines), file).Where(process => Directory.Exists(Folder(process)))];

    private static List<int> Openers(string device)
    {
        List<int> found = [];
        foreach (string process in Names("/proc", Directory.EnumerateDirectories))
        {
            if (int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && Names(Path.Combine(process, "fd"), Directory.EnumerateFileSystemEntries).Any(open => LinkTarget(open) == device))
                found.Add(id);
        }

        return found;
    }

    private static string Name(int process) =>
        process == Environment.ProcessId ? $"this program itself (process {process})" : $"{NameOf(Folder(process))} (process {process})";

    private static string Folder(int process) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");

    private static string Target(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    private static string? LinkTarget(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // closed meanwhile, or another user's
        }
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "a program";
        }
    }

    private static IReadOnlyList<string> Names(string folder, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(folder)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

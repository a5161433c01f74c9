using System.Globalization;

namespace ProvisionStation.Bench.Serial;

/// <summary>Finds the process that has a device open, by looking through /proc.</summary>
internal static class PortHolder
{
    /// <returns>For example <c>minicom (process 4711)</c>; null where this user cannot see it.</returns>
    public static string? Of(string path)
    {
        string device = Target(path);
        foreach (string process in Names("/proc", Directory.EnumerateDirectories))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                continue;
            if (!Names(Path.Combine(process, "fd"), Directory.EnumerateFileSystemEntries).Any(open => LinkTarget(open) == device))
                continue;
            return id == Environment.ProcessId ? $"this program itself (process {id})" : $"{NameOf(process)} (process {id})";
        }

        return null;
    }

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

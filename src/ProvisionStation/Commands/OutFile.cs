using ProvisionStation.Bench;

namespace ProvisionStation.Commands;

/// <summary>A file that a command writes for a person.</summary>
internal static class OutFile
{
    /// <summary>Refuses to overwrite unless asked to.</summary>
    /// <exception cref="ConfigurationException">The file exists, or its folder does not.</exception>
    public static void Require(string path, bool force, string option = "--out")
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        if (Directory.Exists(path))
            throw Problem(option, $"{path} is a folder", "Give the name of a file in it.");
        if (!Directory.Exists(folder))
            throw Problem(option, $"there is no folder {folder}", "Make it first, or give another file.");
        if (File.Exists(path) && !force)
            throw Problem(option, $"{path} exists already", "Give another file, or --force to overwrite it.");
    }

    /// <summary>Writes a file that only its owner may read: configurations and backups hold passwords.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, bool force, CancellationToken cancel)
    {
        Require(path, force);
        FileStreamOptions options = new()
        {
            Mode = force ? FileMode.Create : FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using FileStream file = new(path, options);
            await file.WriteAsync(content, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problem("--out", $"{path} cannot be written: {e.Message}", "Give a file in a folder you may write to, on a disk with room.");
        }
    }

    private static ConfigurationException Problem(string option, string what, string remedy) => new(option, null, null, what, remedy);
}

namespace ProvisionStation.Records.Reports;

/// <summary>Puts a report's file into a folder: all of it or nothing.</summary>
internal static class ReportFile
{
    /// <summary>Writes through a temporary file; a report of the same name is replaced.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="RecordsException">The folder cannot be written or the disk is full.</exception>
    public static Task<string> WriteAsync(string folder, string name, ReadOnlyMemory<byte> content, CancellationToken cancel) => Task.Run(
        () =>
        {
            string path = Path.Combine(folder, name);
            try
            {
                Directory.CreateDirectory(folder);
                StableStorage.WriteWhole(path, content.Span, StableStorage.CreateReadable);
                return path;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new RecordsException(
                    "record-lost",
                    $"the report {path} cannot be written: {e.Message}",
                    "Free space there, or name another folder with --out; the records are safe.",
                    e);
            }
        },
        cancel);
}

namespace ProvisionStation.Records;

/// <summary>The two waits for the disk that make a file durable; tests write down when they come.</summary>
/// <param name="File">Waits until the file's bytes are on the disk.</param>
/// <param name="Folder">Waits until the names in a folder are on the disk.</param>
internal sealed record DiskSync(Action<FileStream> File, Action<string> Folder)
{
    /// <summary>The system's own.</summary>
    public static DiskSync System { get; } = new(stream => stream.Flush(flushToDisk: true), StableStorage.SyncFolder);
}

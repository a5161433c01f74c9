namespace ProvisionStation.Records.Vault;

/// <summary>One store at a time, in this program and beside others.</summary>
internal static class VaultLock
{
    public const string FileName = "vault.lock";

    /// <summary>A store takes well under a second; a disk that takes none for so long is lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="RecordsException">Another program holds it for a minute.</exception>
    public static async Task<FileStream> TakeAsync(string vault, CancellationToken cancel)
    {
        long from = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (TryTake(vault) is { } taken)
                return taken;
            if (TimeProvider.System.GetElapsedTime(from) > Patience)
                throw Busy(vault);
            await Task.Delay(Look, TimeProvider.System, cancel);
        }
    }

    /// <summary>The lock, or null where somebody has it.</summary>
    public static FileStream? TryTake(string vault)
    {
        string path = Path.Combine(vault, FileName);
        FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(path, options);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    public static RecordsException Busy(string vault) => new(
        "record-lost", $"another program stores into the vault {vault}", "Stop it first, or name another folder with --data.")
    {
        IsWrongUse = true,
    };
}

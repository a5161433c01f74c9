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
    /// <exception cref="IOException">The disk does not give it.</exception>
    public static async Task<FileStream> TakeAsync(string vault, TimeProvider clock, CancellationToken cancel)
    {
        long from = clock.GetTimestamp();
        while (true)
        {
            if (TryTake(vault) is { } taken)
                return taken;
            if (clock.GetElapsedTime(from) > Patience)
                throw Busy(vault);
            await Task.Delay(Look, clock, cancel);
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
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    /// <summary>Says of a file that could not be opened whether another program has it. A disk that fails, is full of errors or mounted read-only is no
    /// other program.</summary>
    /// <remarks>The system's own number: EAGAIN of Linux, EWOULDBLOCK of macOS, sharing and lock violation of Windows.</remarks>
    internal static bool IsHeld(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);

    public static RecordsException Busy(string vault) => new(
        "record-lost", $"another program stores into the vault {vault}", "Stop it first, or name another folder with --data.")
    {
        IsWrongUse = true,
    };
}

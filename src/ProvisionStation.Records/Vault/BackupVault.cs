namespace ProvisionStation.Records.Vault;

/// <summary>Backups and other artifacts by SHA-256. What is inside the folder is private: export and verify are the way in.</summary>
/// <remarks>Writes go to a temporary file, are synced, renamed, the folder is synced, and the file is read back from disk with the same hash
/// before a store returns. Files are 0600. Not encrypted yet.</remarks>
public sealed class BackupVault
{
    /// <summary>Opens or creates the vault in a data folder.</summary>
    /// <exception cref="RecordsException">The folder cannot be written.</exception>
    public static BackupVault Open(string dataFolder) => throw new NotImplementedException(dataFolder);

    /// <summary>Makes sure that so many bytes fit, before any unit is powered.</summary>
    /// <exception cref="RecordsException"><c>vault-full</c>, with how much is free and how much is needed.</exception>
    public void RequireRoom(long bytes) => throw new NotImplementedException();

    /// <summary>Stores bytes durably and reads them back from disk.</summary>
    /// <returns>Their SHA-256, lower-case hex.</returns>
    /// <exception cref="RecordsException"><c>vault-full</c> or <c>record-lost</c>; nothing half-written stays under a final name.</exception>
    public Task<string> StoreAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>True where the vault holds a file with this hash.</summary>
    public bool Holds(string sha256) => throw new NotImplementedException();

    /// <summary>Reads and checks.</summary>
    /// <exception cref="RecordsException">Not there, or its bytes no longer hash to its name.</exception>
    public Task<byte[]> ReadAsync(string sha256, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Checks every file against its name.</summary>
    public Task<VaultCheck> VerifyAsync(CancellationToken cancel) => throw new NotImplementedException();
}

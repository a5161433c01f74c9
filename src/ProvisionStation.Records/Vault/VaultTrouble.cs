using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Vault;

/// <summary>Trouble with the vault's disk in words an operator can act on.</summary>
internal static class VaultTrouble
{
    public static async Task<T> AttemptAsync<T>(Func<Task<T>> work, string what)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (Of(e, what) is { } trouble)
        {
            throw trouble;
        }
    }

    public static T Attempt<T>(Func<T> work, string what)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (Of(e, what) is { } trouble)
        {
            throw trouble;
        }
    }

    /// <summary>The disk gives back other bytes than it was given.</summary>
    public static RecordsException ReadBack(string folder) => new(
        "record-lost",
        $"what was stored in the vault {folder} read back from disk differently",
        "Replace the station's disk before any unit is touched.");

    /// <summary>The journal names what a vault held that is not there.</summary>
    public static RecordsException Gone(string folder, long named) => new(
        "record-lost",
        $"the vault {folder} is empty or not there, but the journal names {named} backups and logs in it",
        "Mount the vault's disk, or put the vault and its key back from a copy. To begin anew without them, name another folder with --data.");

    public static RecordsException Full(string what, Exception? inner) =>
        new("vault-full", what, "Free space on the disk, or name another folder with --data, then start again.", inner);

    /// <summary>What the system said; null for what is not the storage's fault.</summary>
    private static RecordsException? Of(Exception e, string what) => e switch
    {
        IOException full when StableStorage.IsFull(full) => Full($"{what}: the disk is full", e),
        SqliteException { SqliteErrorCode: 13 } => Full($"{what}: the disk is full", e),
        IOException or UnauthorizedAccessException or ArgumentException or SqliteException => new RecordsException(
            "record-lost", $"{what}: {e.Message}", "Check that the folder exists, its permissions, and that the disk is mounted writable.", e),
        _ => null,
    };
}

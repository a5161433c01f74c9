using System.Globalization;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>Puts a journal and its ledger in place of the former ones, rename by rename, each on the disk before the next.</summary>
/// <remarks>The former ledger stays in its place until the journal is in: after a crash in between there is no journal beside a ledger, or one that does not agree
/// with it. No start accepts either, and the command can be given again with everything there that it needs.</remarks>
/// <param name="folder">The data folder, whose lock is held.</param>
/// <param name="now">What the names are made from.</param>
internal sealed class JournalSwap(string folder, DateTimeOffset now)
{
    private readonly string _journal = Path.Combine(folder, JournalDatabase.FileName);
    private readonly string _broken = FreeName(folder, now);

    /// <summary>The former journal under its new name; null where there is none.</summary>
    public string? JournalAside => File.Exists(_journal) ? _broken : null;

    /// <summary>The name for the former ledger.</summary>
    public string LedgerAside { get; } = FormerLedger.FreeName(folder, now);

    /// <summary>Does it.</summary>
    /// <param name="work">Holds the journal, its ledger, and a whole copy of the former ledger under the name it gets, all synced.</param>
    /// <returns>What was done, after each step; what comes next is only done when it is asked for.</returns>
    public IEnumerable<string> Steps(string work)
    {
        string aside = Path.Combine(work, Path.GetFileName(LedgerAside));
        if (File.Exists(aside))
            File.Move(aside, LedgerAside);
        StableStorage.SyncFolder(folder);
        yield return "ledger kept";
        if (File.Exists(_journal))
            File.Move(_journal, _broken);
        StableStorage.SyncFolder(folder);
        yield return "journal set aside";
        // After the journal: never may that one stand beside another database.
        if (File.Exists(_journal + "-wal"))
            File.Move(_journal + "-wal", _broken + "-wal");
        File.Delete(_journal + "-shm");
        StableStorage.SyncFolder(folder);
        yield return "log set aside";
        File.Move(Path.Combine(work, JournalDatabase.FileName), _journal);
        StableStorage.SyncFolder(folder);
        yield return "journal in place";
        File.Move(Path.Combine(work, LedgerFile.FileName), Path.Combine(folder, LedgerFile.FileName), overwrite: true);
        StableStorage.SyncFolder(folder);
        yield return "ledger in place";
    }

    private static string FreeName(string folder, DateTimeOffset now)
    {
        string time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string name = Path.Combine(folder, $"broken-{time}.db");
        for (int again = 2; File.Exists(name) || File.Exists(name + "-wal"); again++)
            name = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"broken-{time}-{again}.db"));
        return name;
    }
}

using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>Every hash under which a record of a data folder may look for something in the vault: what none of them names may go.</summary>
/// <remarks>A journal that was put back from an older copy does not name newer backups: the ledgers and journals that were set aside still do.</remarks>
internal static partial class NamedArtifacts
{
    /// <summary>Hashes, lower-case hex.</summary>
    /// <param name="connection">The journal.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="cancel">Ends it between lines.</param>
    /// <exception cref="IOException">A ledger cannot be read: then nobody knows what it names.</exception>
    public static IReadOnlySet<string> Of(SqliteConnection connection, string folder, CancellationToken cancel)
    {
        HashSet<string> named = [];
        Add(named, connection);
        foreach (string file in Directory.EnumerateFiles(folder, "ledger*.jsonl"))
        {
            foreach (string line in File.ReadLines(file))
            {
                cancel.ThrowIfCancellationRequested();
                named.UnionWith(Backup().Matches(line).Select(match => match.Groups[1].Value.ToLowerInvariant()));
            }
        }

        foreach (string file in Directory.EnumerateFiles(folder, "broken-*.db").Concat(JournalCopies.Files(folder).Select(copy => copy.File)))
            AddFormer(named, file);
        return named;
    }

    private static void Add(HashSet<string> named, SqliteConnection connection) => named.UnionWith(
        connection.Query<string>("SELECT sha256 FROM artifact UNION SELECT backup_sha256 FROM run_closed WHERE backup_sha256 IS NOT NULL").Select(one => one.ToLowerInvariant()));

    /// <summary>As much as can still be read of it: it was set aside because it is broken, and every backup it knew is in a ledger too.</summary>
    private static void AddFormer(HashSet<string> named, string file)
    {
        try
        {
            using SqliteConnection connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
            Add(named, connection);
        }
        catch (SqliteException)
        {
        }
    }

    [GeneratedRegex("\"[A-Za-z]*[bB]ackupSha256\":\"([0-9a-fA-F]{64})\"")]
    private static partial Regex Backup();
}

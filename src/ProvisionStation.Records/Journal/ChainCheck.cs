using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>Walks the chain of closing records, hashes every run again from its rows, and every kept document from its text.</summary>
/// <remarks>What it cannot see: closing records cut off at the end together with their facts and the lines of the file (a copy of the last hash elsewhere
/// shows that), and changes to runs in progress.</remarks>
internal static class ChainCheck
{
    /// <summary>Statements take so many runs at once: a thousand runs then take milliseconds, not seconds.</summary>
    private const int RecordsAtOnce = 500;

    /// <summary>Checks every fact, every record, the numbers of the runs, and the documents.</summary>
    public static ChainState Walk(SqliteConnection connection, Action<long, long>? progress, CancellationToken cancel)
    {
        (long facts, string factsHead, long told, string? broken) = LedgerCheck.Walk(connection, cancel);
        (long good, string head, string? brokenRecord) = WalkRecords(connection, hasLedger: facts > 0 && broken is null, progress, cancel);
        broken ??= brokenRecord;
        (long documents, string? changed) = broken is null ? WalkDocuments(connection) : (0, null);
        broken ??= NumberGap(connection) ?? changed ?? Untold(connection, facts, told, good) ?? (facts == 0 ? null : LotReferenceRows.Changed(connection, null));
        long open = connection.ExecuteScalar<long>("SELECT count(*) FROM run r WHERE NOT EXISTS (SELECT 1 FROM run_closed c WHERE c.run = r.id)");
        return new ChainState(good, head, open, documents, MissingDocuments(connection), broken) { Facts = facts, FactsHeadSha256 = factsHead };
    }

    /// <summary>As many facts of closed runs as there are closing records since the ledger began.</summary>
    private static string? Untold(SqliteConnection connection, long facts, long told, long records)
    {
        long since = records - ClosedFact.OlderClosings(connection);
        return facts == 0 || told == since ? null : $"the ledger tells of {told} closed runs, there are {since} closing records since it began";
    }

    private static (long Good, string Head, string? Broken) WalkRecords(
        SqliteConnection connection, bool hasLedger, Action<long, long>? progress, CancellationToken cancel)
    {
        long all = progress is null ? 0 : connection.ExecuteScalar<long>("SELECT coalesce(max(sequence), 0) FROM run_closed");
        const string sql = "SELECT sequence, run FROM run_closed WHERE sequence > @last ORDER BY sequence LIMIT @most";
        (long good, string head) = (0, ClosingForm.NoPrevious);
        // From the lowest number there is: one below 1 was put in by hand too.
        long last = long.MinValue;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            List<(long Sequence, string Run)> records = connection.Query<(long, string)>(sql, new { last, most = RecordsAtOnce }).AsList();
            if (records.Count == 0)
                return (good, head, null);
            IReadOnlyDictionary<string, RunRecord> runs = Find(connection, [.. records.Select(record => record.Run)]);
            foreach ((long sequence, string id) in records)
            {
                if (sequence != good + 1)
                    return (good, head, $"closing record {good + 1} is missing: the next one is {sequence}");
                (RunRecord? run, string? unreadable) = runs.TryGetValue(id, out RunRecord? found) ? (found, null) : FindOne(connection, id);
                if (Break(sequence, id, run, unreadable, head) is { } broken)
                    return (good, head, broken);
                (good, head, last) = (sequence, run!.Sha256!, sequence);
            }

            if (hasLedger && ClosedFact.Contradiction(connection, runs.Values) is { } contradiction)
                return (good, head, contradiction);
            progress?.Invoke(good, all);
        }
    }

    private static string? Break(long sequence, string id, RunRecord? run, string? unreadable, string previous)
    {
        if (unreadable is not null)
            return $"run {id}, closing record {sequence}, was changed: {unreadable}";
        if (run?.Closing is null)
            return $"closing record {sequence} belongs to run {id}, which is not there";
        if (run.PreviousSha256 != previous)
            return $"closing record {sequence} does not follow the one before: it names {run.PreviousSha256}, that one is {previous}";
        string hash = ClosingForm.Sha256Of(run);
        return hash == run.Sha256
            ? null
            : $"run {id}, closing record {sequence}, was changed: it hashes to {hash}, it was closed as {run.Sha256}";
    }

    /// <summary>Where one run of many cannot be read, each is read alone.</summary>
    private static IReadOnlyDictionary<string, RunRecord> Find(SqliteConnection connection, string[] ids)
    {
        try
        {
            return RunReader.Find(connection, ids);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return new Dictionary<string, RunRecord>();
        }
    }

    private static (RunRecord? Run, string? Unreadable) FindOne(SqliteConnection connection, string id)
    {
        try
        {
            return (Guid.TryParse(id, out Guid run) ? RunReader.Load(connection, run) : null, null);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return (null, e.Message);
        }
    }

    // Dapper wraps what a column's conversion throws in a DataException.
    private static bool IsUnreadable(Exception e) =>
        e is FormatException or JsonException or OverflowException or InvalidCastException or ArgumentException or System.Data.DataException;

    /// <summary>Runs are numbered as they begin: one that was taken away before it was closed leaves a gap.</summary>
    private static string? NumberGap(SqliteConnection connection)
    {
        const string sql = """
            SELECT number
            FROM (SELECT number, row_number() OVER (ORDER BY number) AS place FROM run)
            WHERE number <> place
            ORDER BY number
            LIMIT 1
            """;
        return connection.QueryFirstOrDefault<long?>(sql) is { } next ? $"a run is missing before run number {next}" : null;
    }

    private static (long Count, string? Changed) WalkDocuments(SqliteConnection connection)
    {
        long count = 0;
        foreach ((string kind, string sha256, string name, string text) in connection.Query<(string, string, string, string)>(
            "SELECT kind, sha256, name, text FROM document ORDER BY kind, sha256", buffered: false))
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            if (hash != sha256)
                return (count, $"the {kind} {name} that was kept as {sha256} was changed: it hashes to {hash}");
            count++;
        }

        return (count, null);
    }

    private static List<string> MissingDocuments(SqliteConnection connection)
    {
        const string sql = """
            SELECT DISTINCT 'recipe ' || r.recipe_sha256
            FROM run r
            WHERE NOT EXISTS (SELECT 1 FROM document d WHERE d.kind = 'recipe' AND d.sha256 = r.recipe_sha256)
            UNION
            SELECT DISTINCT 'jig ' || r.jig_sha256
            FROM run r
            WHERE NOT EXISTS (SELECT 1 FROM document d WHERE d.kind = 'jig' AND d.sha256 = r.jig_sha256)
            """;
        return connection.Query<string>(sql).AsList();
    }
}

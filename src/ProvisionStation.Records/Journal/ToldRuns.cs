using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>Whether runs are still as they were closed, asked of those that are told and of no others.</summary>
internal static class ToldRuns
{
    /// <summary>Hashes closed runs again from their rows, and compares them with the ledger's facts.</summary>
    /// <returns>The first run that was changed, in words; null: none.</returns>
    public static string? Changed(SqliteConnection connection, IReadOnlyCollection<RunRecord> runs) =>
        runs.Select(Changed).FirstOrDefault(changed => changed is not null) ?? ClosedFact.Contradiction(connection, runs);

    /// <summary>The same of the runs with these ids, a few at a time.</summary>
    public static string? Changed(SqliteConnection connection, IEnumerable<string> ids)
    {
        const int atOnce = 500;
        return ids.Chunk(atOnce).Select(chunk => Changed(connection, RunReader.Load(connection, chunk))).FirstOrDefault(changed => changed is not null);
    }

    /// <summary>The verdicts that are counted, and whose they are, must be those of the ledger.</summary>
    /// <param name="connection">Reads.</param>
    /// <param name="lot">Only of this lot; null: of all.</param>
    public static string? ChangedVerdict(SqliteConnection connection, string? lot)
    {
        string only = lot is null ? "" : "r.lot = @lot AND";
        string sql = $"""
            SELECT c.sequence, c.run
            FROM run r
            CROSS JOIN run_closed c ON c.run = r.id
            LEFT JOIN run_unit u ON u.run = c.run
            LEFT JOIN ledger l ON l.kind = 'run-closed' AND l.subject = c.run
            WHERE {only} (CASE WHEN l.text IS NULL
                THEN c.sequence > @older
                ELSE json_extract(l.text, '$.body.verdict') IS NOT c.verdict OR json_extract(l.text, '$.body.lot') IS NOT r.lot
                    OR json_extract(l.text, '$.body.mac') IS NOT u.mac END)
            LIMIT 1
            """;
        return connection.QueryFirstOrDefault<(long, string)?>(sql, new { lot, older = ClosedFact.OlderClosings(connection) }) is { } row
            ? $"run {row.Item2}, closing record {row.Item1}, has another verdict, lot or MAC than the ledger says"
            : null;
    }

    private static string? Changed(RunRecord run)
    {
        if (run.Closing is null)
            return null;
        string hash = ClosingForm.Sha256Of(run);
        return hash == run.Sha256
            ? null
            : $"run {run.Id}, closing record {run.Sequence}, was changed: it hashes to {hash}, it was closed as {run.Sha256}";
    }
}

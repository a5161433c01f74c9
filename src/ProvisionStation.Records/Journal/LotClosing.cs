using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>Closes lots. A closed lot is a fact of the ledger: it takes no further run, and nothing opens it again.</summary>
public static class LotClosing
{
    /// <summary>Closes a lot, and tells what it leaves open: rows of its table of units that are not used, and units that did not pass.</summary>
    /// <param name="journal">The journal, open for writing.</param>
    /// <param name="lot">The lot.</param>
    /// <param name="operatorName">Who closes it.</param>
    /// <param name="reason">Why it is closed with something left over; null where nothing should be.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <returns>Without a fact where something is left over and no reason was given: nothing was recorded then.</returns>
    /// <exception cref="RecordsException">There is no such lot, it is closed already, or a run of it is in progress.</exception>
    public static Task<ClosedLot> CloseLotAsync(
        this RunJournal journal, string lot, string operatorName, string? reason, CancellationToken cancel) => journal.Ledger.WriteAsync(
        (connection, record) => Close(connection, record, CleanText.Of(lot), CleanText.Of(operatorName), CleanText.OfOptional(reason)), cancel);

    /// <summary>The fact by which a lot was closed; null: it is open, or there is none.</summary>
    public static async Task<RecordedFact?> LotClosedAsync(this RunJournal journal, string lot, CancellationToken cancel) =>
        await journal.Database.ReadAsync(connection => Find(connection, CleanText.Of(lot)), cancel);

    /// <summary>Inside the caller's transaction, before a run is begun.</summary>
    /// <exception cref="RecordsException">The lot is closed.</exception>
    internal static void RequireOpen(SqliteConnection connection, string lot)
    {
        if (Find(connection, lot) is { } closed)
        {
            throw Refused(
                $"lot {lot} was closed by {closed.Fact["operator"]} at {closed.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC (fact {closed.Sequence}): it takes no further unit",
                "Open a new lot with --lot.");
        }
    }

    private static ClosedLot Close(SqliteConnection connection, Func<LedgerFact, RecordedFact> record, string lot, string operatorName, string? reason)
    {
        LotRecord found = LotRows.Find(connection, lot) ?? throw Refused($"there is no lot {lot}", "See 'lots' for those there are.");
        RequireOpen(connection, lot);
        if (found.Counts.Open > 0)
            throw Refused($"{found.Counts.Open} runs of lot {lot} are in progress", "Close it when they have ended.");
        IReadOnlyList<string> unused = LotReferenceRows.Unused(connection, lot);
        ClosedLot closed = new(lot, found.Counts, NotPassed(connection, lot), unused, null);
        if ((closed.NotPassed > 0 || unused.Count > 0) && string.IsNullOrWhiteSpace(reason))
            return closed;
        return closed with
        {
            Recorded = record(new LedgerFact(FactKinds.LotClosed, lot, new Dictionary<string, string?>
            {
                ["operator"] = operatorName,
                ["reason"] = reason,
                ["pass"] = Text(found.Counts.Pass),
                ["fail"] = Text(found.Counts.Fail),
                ["error"] = Text(found.Counts.Error),
                ["aborted"] = Text(found.Counts.Aborted),
                ["unitsNotPassed"] = Text(closed.NotPassed),
                ["unusedUnits"] = unused.Count == 0 ? null : string.Join(' ', unused),
            })),
        };
    }

    private static int NotPassed(SqliteConnection connection, string lot)
    {
        const string sql = """
            SELECT count(*)
            FROM (
                SELECT u.unit, max(c.sequence) AS last
                FROM run r
                CROSS JOIN run_unit u ON u.run = r.id
                CROSS JOIN run_closed c ON c.run = r.id
                WHERE r.lot = @lot
                GROUP BY u.unit
            ) unit
            JOIN run_closed c ON c.sequence = unit.last
            WHERE c.verdict <> 'PASS' AND c.reason IS NOT 'already-passed'
            """;
        return connection.ExecuteScalar<int>(sql, new { lot });
    }

    private static RecordedFact? Find(SqliteConnection connection, string lot) =>
        LedgerRows.Find(connection, FactKinds.LotClosed, lot, 1) is [{ } closed, ..] ? closed : null;

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static RecordsException Refused(string what, string remedy) => new("record-lost", what, remedy) { IsWrongUse = true };
}

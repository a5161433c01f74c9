using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>What a lot's units must agree on, and which units it expects by name.</summary>
internal static class LotReferenceRows
{
    /// <summary>Everything set so far, by part.</summary>
    public static IReadOnlyList<LotReference> Load(SqliteConnection connection, string lot)
    {
        const string sql = "SELECT part, value, run, approval, set_at FROM lot_reference WHERE lot = @lot ORDER BY part";
        return
        [
            .. connection.Query<(string Part, string Value, string Run, string Approval, string SetAt)>(sql, new { lot }).Select(
                row => new LotReference(row.Part, row.Value, Guid.Parse(row.Run), row.Approval, RowText.TimeOf(row.SetAt))),
        ];
    }

    /// <summary>Compares what lots agreed on with the ledger's facts, both ways.</summary>
    /// <param name="connection">Reads.</param>
    /// <param name="lot">Only this lot; null: all.</param>
    /// <returns>The first part that is told differently, in words; null: none.</returns>
    public static string? Changed(SqliteConnection connection, string? lot)
    {
        string row = lot is null ? "" : "AND r.lot = @lot", fact = lot is null ? "" : "AND l.subject = @lot";
        const string same = """
            json_extract(l.text, '$.body.part') = r.part AND json_extract(l.text, '$.body.value') = r.value
                AND json_extract(l.text, '$.body.run') = r.run AND json_extract(l.text, '$.body.approval') = r.approval
            """;
        string sql = $"""
            SELECT r.lot, r.part FROM lot_reference r
            WHERE r.rowid > @older {row} AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.kind = 'lot-reference' AND l.subject = r.lot AND {same})
            UNION ALL
            SELECT l.subject, json_extract(l.text, '$.body.part') FROM ledger l
            WHERE l.kind = 'lot-reference' {fact} AND NOT EXISTS (SELECT 1 FROM lot_reference r WHERE r.lot = l.subject AND {same})
            LIMIT 1
            """;
        return connection.QueryFirstOrDefault<(string Lot, string Part)?>(sql, new { lot, older = ClosedFact.OlderReferences(connection) }) is { } changed
            ? $"what lot {changed.Lot} agreed on for {changed.Part} is not what the ledger says"
            : null;
    }

    /// <summary>Sets parts that are not set yet, inside the caller's transaction; what another run has set stays.</summary>
    public static IReadOnlyList<LotReference> Set(
        SqliteConnection connection,
        Func<LedgerFact, RecordedFact> record,
        string lot,
        Guid run,
        string approval,
        IEnumerable<(string Part, string Value)> parts,
        DateTimeOffset now)
    {
        const string sql = """
            INSERT INTO lot_reference (lot, part, value, run, approval, set_at)
            VALUES (@lot, @part, @value, @run, @approval, @at)
            ON CONFLICT DO NOTHING
            """;
        foreach ((string part, string value) in parts)
        {
            var row = new { lot, part = CleanText.Of(part), value = CleanText.Of(value), run = run.ToString(), approval = CleanText.Of(approval), at = RowText.Of(now) };
            if (connection.Execute(sql, row) == 0)
                continue;
            record(new LedgerFact(FactKinds.LotReference, lot, new Dictionary<string, string?>
            {
                ["part"] = row.part,
                ["value"] = row.value,
                ["run"] = row.run,
                ["approval"] = row.approval,
            }));
        }

        return Load(connection, lot);
    }

    /// <summary>Keeps the units a lot expects; again is harmless, and none is ever taken back.</summary>
    public static int Expect(
        SqliteConnection connection,
        Func<LedgerFact, RecordedFact> record,
        string lot,
        string fileSha256,
        IEnumerable<(string Mac, int Line)> units,
        DateTimeOffset now)
    {
        const string sql = """
            INSERT INTO lot_unit (lot, mac, line, file_sha256, kept_at)
            VALUES (@lot, @mac, @line, @fileSha256, @at)
            ON CONFLICT DO NOTHING
            """;
        int added = connection.Execute(sql, units.Select(unit => new { lot, mac = UnitIdentity.MacOf(unit.Mac), line = unit.Line, fileSha256, at = RowText.Of(now) }));
        if (added > 0)
        {
            record(new LedgerFact(FactKinds.UnitsExpected, lot, new Dictionary<string, string?>
            {
                ["added"] = added.ToString(CultureInfo.InvariantCulture),
                ["fileSha256"] = fileSha256,
            }));
        }

        return added;
    }

    /// <summary>MACs that are expected and have no run that passed, in the order of their lines.</summary>
    public static IReadOnlyList<string> Unused(SqliteConnection connection, string lot)
    {
        const string sql = """
            SELECT e.mac
            FROM lot_unit e
            WHERE e.lot = @lot AND NOT EXISTS (
                SELECT 1
                FROM run_unit u
                CROSS JOIN run r ON r.id = u.run
                CROSS JOIN run_closed c ON c.run = r.id
                WHERE r.lot = e.lot AND u.mac = e.mac AND c.verdict = 'PASS')
            ORDER BY e.line, e.mac
            """;
        return [.. connection.Query<string>(sql, new { lot })];
    }
}

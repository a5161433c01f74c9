using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>Finds runs by what is asked and nothing else, so that SQLite goes by the index that fits: a MAC among a million runs takes milliseconds.</summary>
internal static class RunSearch
{
    /// <summary>Ids of the runs that match, newest first.</summary>
    public static IReadOnlyList<string> Ids(SqliteConnection connection, RunQuery query)
    {
        var wanted = new
        {
            lot = CleanText.OfOptional(query.Lot),
            mac = query.Mac is null ? null : UnitIdentity.MacOf(query.Mac),
            unit = query.Unit?.ToString(),
            verdict = query.Verdict is { } verdict ? RecordText.Of(verdict) : null,
            since = query.Since is { } since ? RowText.Of(since) : null,
            until = query.Until is { } until ? RowText.Of(until) : null,
            query.Most,
        };
        // CROSS JOIN keeps the order of the tables: from the few rows of a MAC or unit to their runs, never the other way.
        string from = wanted.mac is null && wanted.unit is null ? "run r" : "run_unit u CROSS JOIN run r ON r.id = u.run";
        string closed = wanted.verdict is null && !query.ClosedOnly ? "" : "CROSS JOIN run_closed c ON c.run = r.id";
        string[] conditions =
        [
            .. Condition(wanted.mac, "u.mac = @mac"),
            .. Condition(wanted.unit, "u.unit = @unit"),
            .. Condition(wanted.lot, "r.lot = @lot"),
            .. Condition(wanted.verdict, "c.verdict = @verdict"),
            .. Condition(wanted.since, "r.started_at >= @since"),
            .. Condition(wanted.until, "r.started_at < @until"),
        ];
        string where = conditions.Length == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
        string newest = query.ClosedOnly ? "c.sequence" : "r.number";
        return connection.Query<string>($"SELECT r.id FROM {from} {closed} {where} ORDER BY {newest} DESC LIMIT @Most", wanted).AsList();
    }

    private static IEnumerable<string> Condition(string? value, string sql) => value is null ? [] : [sql];
}

using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>Which unit a run works on: by RF sector and MAC together, unless chip, chip id, flash id or key class prove another one.</summary>
/// <remarks>A unit without an RF sector of its own or without a MAC cannot be recognised. What proves another unit here is what
/// <see cref="UnitHistory.SameMacAsync"/> takes for proof, so that a duplicate is never taken for its original.</remarks>
internal static class UnitIdentity
{
    /// <summary>The unit with these marks; null where there is none, or nothing to know it by.</summary>
    public static string? Find(SqliteConnection connection, UnitMarks marks)
    {
        const string sql = $"""
            SELECT u.unit
            FROM run_unit u
            JOIN run r ON r.id = u.run
            WHERE u.rf_sha256 = @RfSha256
                AND u.mac = @Mac
                AND {IsNoOther}
            ORDER BY r.number DESC
            LIMIT 1
            """;
        return connection.QueryFirstOrDefault<string>(sql, marks) ?? FindChanged(connection, marks);
    }

    /// <summary>No run of the unit could read a mark of its hardware that differs from this one.</summary>
    private const string IsNoOther = """
        NOT EXISTS (
            SELECT 1
            FROM run_unit o
            WHERE o.unit = u.unit
                AND (o.chip <> @Chip OR o.chip_id <> @ChipId OR o.flash_id <> @FlashId OR o.key_class <> @KeyClass))
        """;

    /// <summary>The unit whose RF sector was seen to change into this one in a run of its own.</summary>
    private static string? FindChanged(SqliteConnection connection, UnitMarks marks)
    {
        const string sql = $"""
            SELECT u.unit
            FROM claim c
            JOIN run_unit u ON u.run = c.run
            JOIN run r ON r.id = c.run
            WHERE c.name = 'rf-sector-after'
                AND c.value = @RfSha256
                AND u.mac = @Mac
                AND {IsNoOther}
            ORDER BY r.number DESC
            LIMIT 1
            """;
        return connection.QueryFirstOrDefault<string>(sql, marks);
    }

    /// <summary>Ties a run to its unit, which is made where it is new, inside the caller's transaction.</summary>
    public static Guid Insert(SqliteConnection connection, Guid run, UnitMarks marks, DateTimeOffset now)
    {
        string? known = Find(connection, marks);
        string unit = known ?? Guid.CreateVersion7(now).ToString();
        if (known is null)
            connection.Execute("INSERT INTO unit (id, first_seen_at) VALUES (@unit, @at)", new { unit, at = RowText.Of(now) });
        const string sql = """
            INSERT INTO run_unit (run, unit, mac, mac_source, chip, chip_id, flash_id, flash_bytes, key_class, rf_sha256)
            VALUES (@run, @unit, @Mac, @MacSource, @Chip, @ChipId, @FlashId, @FlashBytes, @KeyClass, @RfSha256)
            """;
        connection.Execute(sql, new
        {
            run = run.ToString(),
            unit,
            marks.Mac,
            marks.MacSource,
            marks.Chip,
            marks.ChipId,
            marks.FlashId,
            marks.FlashBytes,
            marks.KeyClass,
            marks.RfSha256,
        });
        return Guid.Parse(unit);
    }

    /// <summary>The marks as they are kept.</summary>
    public static UnitMarks Clean(UnitMarks marks) => new(
        marks.Mac is null ? null : MacOf(marks.Mac),
        CleanText.OfOptional(marks.MacSource),
        CleanText.OfOptional(marks.Chip),
        CleanText.OfOptional(marks.ChipId),
        CleanText.OfOptional(marks.FlashId),
        marks.FlashBytes,
        CleanText.OfOptional(marks.KeyClass),
        CleanText.OfOptional(marks.RfSha256));

    /// <summary>A MAC as the rows hold it: upper case, without colons and hyphens.</summary>
    public static string MacOf(string text) => CleanText.Of(text)
        .Replace(":", "", StringComparison.Ordinal)
        .Replace("-", "", StringComparison.Ordinal)
        .ToUpperInvariant();
}

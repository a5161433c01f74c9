using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>Backups by unit, and which one of a unit is its original.</summary>
internal static class BackupRows
{
    private sealed record Row
    {
        public string Unit { get; init; } = "";
        public string Run { get; init; } = "";
        public string Lot { get; init; } = "";
        public string StartedAt { get; init; } = "";
        public string? Verdict { get; init; }
        public string Sha256 { get; init; } = "";
        public long Bytes { get; init; }
        public string? FirmwareBefore { get; init; }
        public string? StateBefore { get; init; }
    }

    /// <summary>The backups of the units with a MAC in any of their runs; of each unit the original first, then the others, oldest first.</summary>
    public static IReadOnlyList<UnitBackup> Load(SqliteConnection connection, string? mac) =>
        Load(connection, mac is null ? "run_unit" : $"(SELECT * FROM run_unit WHERE unit IN (SELECT unit FROM run_unit WHERE mac = @mac))", new { mac });

    /// <summary>The backups of one unit.</summary>
    public static IReadOnlyList<UnitBackup> LoadUnit(SqliteConnection connection, Guid unit) =>
        Load(connection, "(SELECT * FROM run_unit WHERE unit = @unit)", new { unit = unit.ToString() });

    /// <summary>The backups of the units with a run in a lot, over all their runs.</summary>
    public static IReadOnlyList<UnitBackup> LoadLot(SqliteConnection connection, string lot) => Load(
        connection,
        "(SELECT * FROM run_unit WHERE unit IN (SELECT x.unit FROM run y CROSS JOIN run_unit x ON x.run = y.id WHERE y.lot = @lot))",
        new { lot });

    private static IReadOnlyList<UnitBackup> Load(SqliteConnection connection, string units, object wanted)
    {
        string sql = $"""
            SELECT u.unit, r.id AS Run, r.lot, r.started_at AS StartedAt, c.verdict, a.sha256, a.bytes,
                (SELECT f.value FROM claim f WHERE f.run = r.id AND f.name = 'firmware-before' ORDER BY f.number LIMIT 1) AS FirmwareBefore,
                (SELECT e.state
                    FROM run_unit x
                    JOIN run y ON y.id = x.run
                    JOIN run_closed e ON e.run = y.id
                    WHERE x.unit = u.unit AND y.number < r.number AND e.state <> 'untouched'
                    ORDER BY y.number DESC
                    LIMIT 1) AS StateBefore
            FROM {units} u
            CROSS JOIN artifact a ON a.run = u.run
            CROSS JOIN run r ON r.id = u.run
            LEFT JOIN run_closed c ON c.run = r.id
            WHERE a.kind = 'backup'
            ORDER BY r.number, a.number
            """;
        return [.. connection.Query<Row>(sql, wanted).GroupBy(row => row.Unit).SelectMany(OriginalFirst)];
    }

    private static IEnumerable<UnitBackup> OriginalFirst(IEnumerable<Row> unit)
    {
        // Stable: the oldest of the lowest rank.
        Row original = unit.MinBy(Rank)!;
        return unit.Where(row => !ReferenceEquals(row, original)).Prepend(original).Select((row, place) => ToBackup(row, isOriginal: place == 0));
    }

    /// <summary>Everything the vault must hold, oldest first.</summary>
    public static IReadOnlyList<KeptArtifact> Artifacts(SqliteConnection connection)
    {
        const string sql = """
            SELECT r.id, u.mac, r.started_at, a.kind, a.sha256, a.bytes
            FROM artifact a
            JOIN run r ON r.id = a.run
            LEFT JOIN run_unit u ON u.run = r.id
            ORDER BY r.number, a.number
            """;
        return
        [
            .. connection.Query<(string Run, string? Mac, string StartedAt, string Kind, string Sha256, long Bytes)>(sql).Select(row =>
                new KeptArtifact(
                    Guid.Parse(row.Run), row.Mac, RowText.TimeOf(row.StartedAt), new Artifact(row.Kind, row.Sha256, row.Bytes))),
        ];
    }

    /// <summary>How well a backup can stand for what the unit was received with; the lowest and then the oldest one does.</summary>
    /// <remarks>A run that was killed during a write leaves half an application in the flash, and the next run backs that up too. Where a run was
    /// killed before it said what it had found, nothing had been erased by it, so its backup is good if no earlier run had changed the unit.</remarks>
    private static int Rank(Row row)
    {
        bool isTouched = row.StateBefore is not null;
        bool isVendors = row.FirmwareBefore is { } found
            && !found.StartsWith("no whole application", StringComparison.OrdinalIgnoreCase)
            && !found.StartsWith("OpenBeken", StringComparison.OrdinalIgnoreCase);
        return (isVendors, row.FirmwareBefore is null, isTouched) switch
        {
            (true, _, false) => 0,
            (_, true, false) => 1,
            (true, _, true) => 2,
            (_, _, false) => 3,
            _ => 4,
        };
    }

    private static UnitBackup ToBackup(Row row, bool isOriginal) => new(
        Guid.Parse(row.Unit),
        Guid.Parse(row.Run),
        row.Lot,
        RowText.TimeOf(row.StartedAt),
        row.Verdict is null ? null : RecordText.VerdictOf(row.Verdict),
        row.Sha256,
        row.Bytes,
        row.FirmwareBefore,
        row.StateBefore is null ? UnitState.Untouched : RecordText.StateOf(row.StateBefore),
        isOriginal);
}

using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>A unit with its latest run, as one row.</summary>
internal sealed record UnitRow
{
    public string Id { get; init; } = "";
    public string FirstSeenAt { get; init; } = "";
    public string? Mac { get; init; }
    public string? MacSource { get; init; }
    public string? Chip { get; init; }
    public string? ChipId { get; init; }
    public string? FlashId { get; init; }
    public long? FlashBytes { get; init; }
    public string? KeyClass { get; init; }
    public string? RfSha256 { get; init; }
    public int Runs { get; init; }
    public string Lot { get; init; } = "";
    public string StartedAt { get; init; } = "";
    public string? Verdict { get; init; }
    public string? Reason { get; init; }
    public string? State { get; init; }
    public long? Sequence { get; init; }
    public string LatestRun { get; init; } = "";
    public string? ClosedRun { get; init; }
    public string? LeftState { get; init; }

    /// <summary>The units with a run in the lot and a run with the MAC, latest run first; and the runs that this tells of.</summary>
    public static (IReadOnlyList<UnitRecord> Units, IReadOnlyList<string> Runs) Load(SqliteConnection connection, string? lot, string? mac)
    {
        string units = (mac, lot) switch
        {
            (not null, _) => "(SELECT DISTINCT unit FROM run_unit WHERE mac = @mac)",
            (_, not null) => "(SELECT DISTINCT x.unit FROM run y CROSS JOIN run_unit x ON x.run = y.id WHERE y.lot = @lot)",
            _ => "(SELECT id AS unit FROM unit)",
        };
        string sql = $"""
            WITH life AS (
                SELECT u.unit, count(*) AS runs, max(r.number) AS latest, max(c.sequence) AS closed
                FROM {units} w
                CROSS JOIN run_unit u ON u.unit = w.unit
                CROSS JOIN run r ON r.id = u.run
                LEFT JOIN run_closed c ON c.run = u.run
                GROUP BY u.unit
            )
            SELECT n.id, n.first_seen_at AS FirstSeenAt, m.mac, m.mac_source AS MacSource, m.chip, m.chip_id AS ChipId, m.flash_id AS FlashId,
                m.flash_bytes AS FlashBytes, m.key_class AS KeyClass, m.rf_sha256 AS RfSha256, l.runs, r.lot, r.started_at AS StartedAt,
                c.verdict, c.reason, c.state, c.sequence, r.id AS LatestRun, c.run AS ClosedRun,
                (SELECT x.state FROM run_unit y JOIN run_closed x ON x.run = y.run WHERE y.unit = l.unit AND x.state <> 'untouched'
                    ORDER BY x.sequence DESC LIMIT 1) AS LeftState
            FROM life l
            JOIN unit n ON n.id = l.unit
            JOIN run r ON r.number = l.latest
            JOIN run_unit m ON m.run = r.id
            LEFT JOIN run_closed c ON c.sequence = l.closed
            WHERE (@lot IS NULL OR EXISTS (SELECT 1 FROM run_unit x JOIN run y ON y.id = x.run WHERE x.unit = l.unit AND y.lot = @lot))
            ORDER BY l.latest DESC
            """;
        IReadOnlyList<UnitBackup> backups =
            mac is null && lot is not null ? BackupRows.LoadLot(connection, lot) : BackupRows.Load(connection, mac);
        Dictionary<Guid, string> originals = backups.Where(one => one.IsOriginal).ToDictionary(one => one.Unit, one => one.Sha256);
        List<UnitRow> rows = connection.Query<UnitRow>(sql, new { lot, mac }).AsList();
        return (
            [.. rows.Select(row => row.WithOpenRun(connection).ToRecord())
                .Select(unit => unit with { OriginalBackupSha256 = originals.GetValueOrDefault(unit.Id) })],
            [.. rows.SelectMany(row => new[] { row.LatestRun, row.ClosedRun }).OfType<string>().Distinct()]);
    }

    /// <summary>What an open run may have done counts from its first intent on: a unit that is being erased is
    /// neither untouched nor what it was (law 9).</summary>
    private UnitRow WithOpenRun(SqliteConnection connection)
    {
        if (LatestRun == ClosedRun)
            return this;
        UnitState state = RunCloser.StateOf(RunReader.Load(connection, [LatestRun])[0]);
        return state == UnitState.Untouched ? this : this with { LeftState = RecordText.Of(state) };
    }

    private UnitRecord ToRecord() => new(
        Guid.Parse(Id),
        RowText.TimeOf(FirstSeenAt),
        new UnitMarks(Mac, MacSource, Chip, ChipId, FlashId, FlashBytes, KeyClass, RfSha256),
        Runs,
        Lot,
        RowText.TimeOf(StartedAt),
        Verdict is null ? null : RecordText.VerdictOf(Verdict),
        Reason,
        State is null ? null : RecordText.StateOf(State),
        Sequence)
    {
        LeftState = LeftState is null ? UnitState.Untouched : RecordText.StateOf(LeftState),
    };
}

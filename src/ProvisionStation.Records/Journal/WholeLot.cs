using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>A lot with everything a report says of it, of one moment.</summary>
/// <param name="Lot">The lot with its counts.</param>
/// <param name="Runs">Its runs, oldest first.</param>
/// <param name="Foreign">Closing records of other lots between its first and its last.</param>
/// <param name="Backups">Of its units, over all their runs.</param>
internal sealed record WholeLot(
    LotRecord Lot, IReadOnlyList<RunRecord> Runs, IReadOnlyList<ForeignRecord> Foreign, IReadOnlyList<UnitBackup> Backups)
{
    public static WholeLot Load(SqliteConnection connection, LotRecord lot)
    {
        const string foreignSql = """
            SELECT c.sequence, c.previous_sha256, c.sha256
            FROM run_closed c
            JOIN run r ON r.id = c.run
            WHERE r.lot <> @Lot
                AND c.sequence > (SELECT min(f.sequence) FROM run_closed f JOIN run o ON o.id = f.run WHERE o.lot = @Lot)
                AND c.sequence < (SELECT max(f.sequence) FROM run_closed f JOIN run o ON o.id = f.run WHERE o.lot = @Lot)
            ORDER BY c.sequence
            """;
        string[] ids = [.. connection.Query<string>("SELECT id FROM run WHERE lot = @Lot ORDER BY number", new { lot.Lot })];
        return new WholeLot(
            lot,
            RunReader.Load(connection, ids),
            [
                .. connection.Query<(long Sequence, string Previous, string Sha256)>(foreignSql, new { lot.Lot })
                    .Select(row => new ForeignRecord(row.Sequence, row.Previous, row.Sha256)),
            ],
            BackupRows.LoadLot(connection, lot.Lot));
    }
}

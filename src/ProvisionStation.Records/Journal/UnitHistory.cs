using Dapper;

namespace ProvisionStation.Records.Journal;

/// <summary>What the whole journal knows of a unit that is in a slot now. By index: a million other runs cost nothing.</summary>
public static class UnitHistory
{
    /// <summary>The backups of a unit: its original first, then the others, oldest first.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="unit">Our own unit id.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <exception cref="RecordsException">A run that took one of them was changed.</exception>
    public static Task<IReadOnlyList<UnitBackup>> BackupsOfAsync(this RunJournal journal, Guid unit, CancellationToken cancel) => journal.Database.ReadAsync(
        connection =>
        {
            IReadOnlyList<UnitBackup> backups = BackupRows.LoadUnit(connection, unit);
            WholeJournal.Require(journal.Database.Folder, ToldRuns.Changed(connection, backups.Select(backup => backup.Run.ToString()).Distinct()));
            return backups;
        },
        cancel);

    /// <summary>Counts what runs have put into the vault, each once: where there is any, the vault cannot be new.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    public static Task<long> NamedInVaultAsync(this RunJournal journal, CancellationToken cancel) => journal.Database.ReadAsync(
        connection => connection.ExecuteScalar<long>("SELECT count(DISTINCT sha256) FROM artifact"), cancel);

    /// <summary>Looks for another unit that was seen before this one with the same MAC and is proven to be another.</summary>
    /// <remarks>
    /// Proof is a mark of the hardware that differs where both runs could read it (chip, chip id, flash id, key class of the eFuse), or another RF
    /// sector. Only runs with a backup count: there the RF sector was read twice, each time with the chip's own CRC agreeing. A mark that could not
    /// be read proves nothing. Who was seen first keeps the MAC, so that a duplicate does not make its original one too.
    /// </remarks>
    /// <param name="journal">The journal.</param>
    /// <param name="unit">Our own unit id.</param>
    /// <param name="marks">What it was recognised by now, with a MAC.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    public static Task<SameMac?> SameMacAsync(this RunJournal journal, Guid unit, UnitMarks marks, CancellationToken cancel)
    {
        UnitMarks kept = UnitIdentity.Clean(marks);
        return journal.Database.ReadAsync(
            connection => connection.QueryFirstOrDefault<RunRow>(
                SameMacSql, new { unit = unit.ToString(), kept.Mac, kept.Chip, kept.ChipId, kept.FlashId, kept.KeyClass, kept.RfSha256 }) is { } row
                ? new SameMac(
                    Guid.Parse(row.UnitId!), Guid.Parse(row.Id), row.Lot, row.Jig, row.Slot, RowText.TimeOf(row.StartedAt),
                    new UnitMarks(row.Mac, row.MacSource, row.Chip, row.ChipId, row.FlashId, row.FlashBytes, row.KeyClass, row.RfSha256))
                : null,
            cancel);
    }

    internal const string SameMacSql = """
        SELECT r.id, r.lot, r.jig, r.slot, r.started_at AS StartedAt, u.unit AS UnitId, u.mac, u.mac_source AS MacSource, u.chip, u.chip_id AS ChipId,
            u.flash_id AS FlashId, u.flash_bytes AS FlashBytes, u.key_class AS KeyClass, u.rf_sha256 AS RfSha256
        FROM run_unit u
        JOIN run r ON r.id = u.run
        JOIN unit other ON other.id = u.unit
        WHERE u.mac = @Mac
            AND u.unit <> @unit
            AND other.number < (SELECT number FROM unit WHERE id = @unit)
            AND (u.chip <> @Chip OR u.chip_id <> @ChipId OR u.flash_id <> @FlashId OR u.key_class <> @KeyClass OR u.rf_sha256 <> @RfSha256)
            AND EXISTS (SELECT 1 FROM artifact a WHERE a.run = u.run AND a.kind = 'backup')
        ORDER BY r.number DESC
        LIMIT 1
        """;
}

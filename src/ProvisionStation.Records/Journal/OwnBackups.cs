namespace ProvisionStation.Records.Journal;

/// <summary>The backups of the one unit that is in work: by its id, since a MAC may not be readable or belong to two.</summary>
public static class OwnBackups
{
    /// <summary>Fetches them, the original first, then the others, oldest first. By index: other units cost nothing.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="unit">Our own unit id.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <exception cref="RecordsException">A run that took one of them was changed.</exception>
    public static Task<IReadOnlyList<UnitBackup>> OwnBackupsAsync(this RunJournal journal, Guid unit, CancellationToken cancel) => journal.Database.ReadAsync(
        connection =>
        {
            IReadOnlyList<UnitBackup> backups = BackupRows.LoadUnit(connection, unit);
            WholeJournal.Require(journal.Database.Folder, ToldRuns.Changed(connection, backups.Select(backup => backup.Run.ToString()).Distinct()));
            return backups;
        },
        cancel);
}

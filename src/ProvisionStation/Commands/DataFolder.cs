using ProvisionStation.Bench;
using ProvisionStation.Live;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Commands;

/// <summary>The data folder of commands that only look: it must be there already, nothing is made.</summary>
internal static class DataFolder
{
    /// <summary>Opens the journal for looking, beside a running station too: whatever it tells of a run is hashed again and compared with the
    /// ledger.</summary>
    public static Task<RunJournal> OpenJournalAsync(string folder, CancellationToken cancel)
    {
        Require(folder);
        return RunJournal.OpenForReadingAsync(folder, TimeProvider.System, cancel);
    }

    /// <summary>Opens the vault for reading, with the key in a file or, where none is named, in the data folder.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="keyFile">What the command's <c>--vault-key</c> says; null: nothing.</param>
    public static BackupVault OpenVault(string folder, string? keyFile)
    {
        Require(folder);
        return BackupVault.OpenForReading(folder, keyFile);
    }

    /// <summary>Opens an existing journal with the station's lock: no station can start on the folder, and none is running.</summary>
    public static async Task<RunJournal> OpenLockedAsync(string folder, CancellationToken cancel)
    {
        Require(folder);
        await (await RunJournal.OpenForReadingAsync(folder, TimeProvider.System, cancel)).DisposeAsync();
        return await RunJournal.OpenAsync(folder, TimeProvider.System, cancel);
    }

    /// <summary>A lot that was never opened is a slip of the pen, not an empty list.</summary>
    /// <exception cref="ConfigurationException">There is no such lot.</exception>
    public static async Task RequireLotAsync(RunJournal journal, string? lot, CancellationToken cancel)
    {
        if (lot is null)
            return;
        if (await journal.LotOpeningAsync(lot, cancel) is null)
            throw new ConfigurationException(
                "--lot", null, null, $"there is no lot '{Printable.Of(lot)}' in this data folder",
                (await journal.LotsAsync(cancel)).Count == 0
                    ? "No lot was opened in it yet: see --data."
                    : $"See '{ProgramName.Short} lots' for those there are.");
    }

    /// <summary>For commands that add to a journal: they never begin one.</summary>
    public static void RequireJournal(string folder)
    {
        Require(folder);
        if (!RunJournal.IsIn(folder))
            throw new ConfigurationException(
                "--data", null, null, $"there is no journal in {folder}", "Give the folder that 'run' has written to.");
    }

    /// <summary>A folder that is not there is a slip of the pen.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static void Require(string folder)
    {
        if (!Directory.Exists(folder))
            throw new ConfigurationException(
                "--data", null, null, $"there is no folder {folder}",
                "Give the folder that 'run' has written to, or start in the folder above it.");
    }
}

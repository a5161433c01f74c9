using ProvisionStation.Bench;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Commands;

/// <summary>The data folder of commands that only look: it must be there already, nothing is made.</summary>
internal static class DataFolder
{
    /// <summary>Opens the journal and walks its whole chain first: a changed journal tells nothing.</summary>
    public static async Task<RunJournal> OpenJournalAsync(string folder, CancellationToken cancel)
    {
        Require(folder);
        RunJournal journal = await RunJournal.OpenForReadingAsync(folder, TimeProvider.System, cancel);
        try
        {
            await journal.RequireChainAsync(cancel);
            return journal;
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    public static BackupVault OpenVault(string folder)
    {
        Require(folder);
        return BackupVault.OpenForReading(folder);
    }

    private static void Require(string folder)
    {
        if (!Directory.Exists(folder))
            throw new ConfigurationException(
                "--data", null, null, $"there is no folder {folder}",
                "Give the folder that 'run' has written to, or start in the folder above it.");
    }
}

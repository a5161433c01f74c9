using System.CommandLine;
using ProvisionStation.Bench;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Commands;

/// <summary><c>vault export</c>: gives a backup back, bit by bit as the unit held it.</summary>
internal static class VaultExportCommand
{
    public static Command Make()
    {
        Argument<string> which = new("SHA256|MAC") { Description = "The backup's hash, or a unit's MAC: then its newest backup." };
        Option<string> file = SharedOptions.Out("Where to write it.");
        Option<bool> force = SharedOptions.Force();
        Option<string> data = SharedOptions.Data();
        Command command = new StationCommand(
            "export", "Write one backup to a file, exactly as the unit held it.", "vault export C8478C123456 --out plug.bin")
        {
            which, file, force, data,
        };
        command.SetAction((parsed, cancel) => ExportAsync(
            parsed.GetValue(which)!, parsed.GetValue(file)!, parsed.GetValue(force), parsed.GetValue(data)!, cancel));
        return command;
    }

    private static async Task<int> ExportAsync(string which, string file, bool force, string data, CancellationToken cancel)
    {
        OutFile.Require(file, force);
        string? mac = MacText.Parse(which);
        if (mac is null && !IsSha256(which))
            throw new ConfigurationException(
                "vault export", null, null, $"'{which}' is neither a SHA-256 nor a MAC", "Give 64 or 12 hex digits.");
        BackupVault vault = DataFolder.OpenVault(data);
        string sha256 = mac is null ? which.ToLowerInvariant() : await NewestOfAsync(mac, data, cancel);
        await vault.ExportAsync(sha256, file, cancel);
        await Console.Error.WriteLineAsync($"{file}: {new FileInfo(file).Length} bytes, SHA-256 {sha256}");
        return (int)ExitCode.Passed;
    }

    private static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    private static async Task<string> NewestOfAsync(string mac, string data, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        IReadOnlyList<RunRecord> runs = await journal.RunsAsync(new RunQuery(Mac: mac), cancel);
        (RunRecord Run, Artifact Backup)[] backups =
            [.. runs.SelectMany(run => run.Artifacts.Where(artifact => artifact.Kind == "backup").Select(artifact => (run, artifact)))];
        if (backups.Length == 0)
        {
            throw new ConfigurationException(
                "vault export", null, null, $"the journal knows no backup of a unit with MAC {mac}",
                $"See '{ProgramName.Short} units' for the MACs it knows.");
        }

        (RunRecord newest, Artifact backup) = backups[0];
        await Console.Error.WriteLineAsync(
            $"backup of {newest.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, lot {newest.Opening.Lot}; {backups.Length} in all");
        return backup.Sha256;
    }
}

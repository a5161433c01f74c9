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
        Argument<string> which = new("SHA256|MAC") { Description = "The backup's hash, or a unit's MAC: then the backup of what it was received with." };
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
        string sha256 = mac is null ? which.ToLowerInvariant() : await OriginalOfAsync(mac, data, cancel);
        await vault.ExportAsync(sha256, file, cancel);
        await Console.Error.WriteLineAsync($"{file}: {new FileInfo(file).Length} bytes, SHA-256 {sha256}");
        return (int)ExitCode.Passed;
    }

    private static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    private static async Task<string> OriginalOfAsync(string mac, string data, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        IReadOnlyList<UnitBackup> backups = await journal.BackupsAsync(mac, cancel);
        UnitBackup[] originals = [.. backups.Where(backup => backup.IsOriginal)];
        if (originals.Length == 0)
        {
            throw new ConfigurationException(
                "vault export", null, null, $"the journal knows no backup of a unit with MAC {mac}",
                $"See '{ProgramName.Short} units' for the MACs it knows.");
        }

        foreach (UnitBackup backup in backups)
            await Console.Error.WriteLineAsync(Printable.Of(Line(backup)));
        if (originals.Length > 1)
        {
            throw new ConfigurationException(
                "vault export", null, null, $"{originals.Length} different units have the MAC {mac}",
                "Give the SHA-256 of the one that is meant; they are listed above.");
        }

        return originals[0].Sha256;
    }

    private static string Line(UnitBackup backup)
    {
        string ended = backup.Verdict is { } verdict ? RecordText.Of(verdict) : "in progress";
        string before = backup.StateBefore == UnitState.Untouched ? "as received" : $"left {RecordText.Of(backup.StateBefore)} by an earlier run";
        return $"{(backup.IsOriginal ? "original" : "other")}: {backup.Sha256}  {backup.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC  "
            + $"lot {backup.Lot}  run {backup.Run} ({ended})  unit {backup.Unit} {before}, {backup.FirmwareBefore ?? "firmware not looked at"}";
    }
}

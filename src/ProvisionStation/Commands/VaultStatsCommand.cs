using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Commands;

/// <summary><c>vault stats</c>: what the vault holds and what it costs.</summary>
internal static class VaultStatsCommand
{
    public static Command Make()
    {
        Option<string> data = SharedOptions.Data();
        Option<string?> key = SharedOptions.VaultKey();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand("stats", "How many backups there are, and how much room they take.", "vault stats --data data") { data, key, json };
        command.SetAction((parsed, cancel) => TellAsync(parsed.GetValue(data)!, parsed.GetValue(key), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> TellAsync(string data, string? key, bool json, CancellationToken cancel)
    {
        BackupVault vault = DataFolder.OpenVault(data, key);
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        IReadOnlyList<UnitBackup> backups = await journal.BackupsAsync(null, cancel);
        string[] distinct = [.. backups.Select(backup => backup.Sha256).Distinct()];
        (int units, int named, int there) = (backups.Select(backup => backup.Unit).Distinct().Count(), distinct.Length, distinct.Count(vault.Holds));
        VaultStats stats = await vault.StatsAsync(cancel);
        Console.WriteLine(json ? JsonText.Line(ToJson(stats, units, named, there)) : Line(stats, units, named, there));
        return (int)ExitCode.Passed;
    }

    private static string Line(VaultStats stats, int units, int named, int there)
    {
        string key = stats.KeyFingerprint is null ? stats.Files == 0 ? "no key: it is empty" : "not encrypted: an older vault" : $"key {stats.KeyFingerprint} in {stats.KeyPath}";
        string plain = stats.PlainFiles == 0 || stats.KeyFingerprint is null ? "" : $"; {stats.PlainFiles} files of an older vault are not encrypted";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{units} units, {named} named backups, {there} there, {stats.Files} files in all: {stats.Bytes} bytes in {stats.StoredBytes} on the disk "
            + $"({stats.Ratio:0.0} to 1), {stats.Packs} {(stats.Packs == 1 ? "pack" : "packs")}; {key}{plain}");
    }

    private static JsonObject ToJson(VaultStats stats, int units, int named, int there) => new()
    {
        ["units"] = units,
        ["backups"] = named,
        ["backupsThere"] = there,
        ["files"] = stats.Files,
        ["bytes"] = stats.Bytes,
        ["storedBytes"] = stats.StoredBytes,
        ["ratio"] = Math.Round(stats.Ratio, 2),
        ["packs"] = stats.Packs,
        ["plainFiles"] = stats.PlainFiles,
        ["key"] = stats.KeyFingerprint,
        ["keyFile"] = stats.KeyPath,
    };
}

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
    private const int MostRuns = 10_000;

    public static Command Make()
    {
        Argument<string> which = new("MAC|SHA256|UNIT-ID")
        {
            Description = "A unit's MAC or id: the backup of what it was received with. Or the hash of any file in the vault.",
        };
        Option<string> file = SharedOptions.Out("Where to write it.");
        Option<bool> force = SharedOptions.Force();
        Option<string> data = SharedOptions.Data();
        Option<string?> key = SharedOptions.VaultKey();
        Command command = new StationCommand(
            "export", "Write one backup to a file, exactly as the unit held it.", "vault export C8478C123456 --out plug.bin")
        {
            which, file, force, data, key,
        };
        command.SetAction((parsed, cancel) => ExportAsync(
            parsed.GetValue(which)!, parsed.GetValue(file)!, parsed.GetValue(force), parsed.GetValue(data)!, parsed.GetValue(key), cancel));
        return command;
    }

    private static async Task<int> ExportAsync(string which, string file, bool force, string data, string? key, CancellationToken cancel)
    {
        OutFile.Require(file, force);
        string? mac = MacText.Parse(which);
        Guid? unit = Guid.TryParseExact(which, "D", out Guid id) ? id : null;
        if (mac is null && unit is null && !IsSha256(which))
        {
            throw new ConfigurationException(
                "vault export", null, null, $"'{which}' is neither a MAC, nor a SHA-256, nor a unit id",
                $"Give 12 or 64 hex digits, or a unit id as '{ProgramName.Short} units' shows it.");
        }

        BackupVault vault = DataFolder.OpenVault(data, key);
        string sha256 = mac is null && unit is null ? which.ToLowerInvariant() : await OriginalOfAsync(mac, unit, data, cancel);
        await vault.ExportAsync(sha256, file, cancel);
        await Console.Error.WriteLineAsync($"{file}: {new FileInfo(file).Length} bytes, SHA-256 {sha256}");
        return (int)ExitCode.Passed;
    }

    private static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);

    private static async Task<string> OriginalOfAsync(string? mac, Guid? unit, string data, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        IReadOnlyList<UnitBackup> backups =
            [.. (await journal.BackupsAsync(mac, cancel)).Where(backup => unit is null || backup.Unit == unit)];
        UnitBackup[] originals = [.. backups.Where(backup => backup.IsOriginal)];
        if (originals.Length == 0)
        {
            throw new ConfigurationException(
                "vault export", null, null, $"the journal knows no backup of a unit with {(mac is null ? $"the id {unit}" : $"MAC {mac}")}",
                $"See '{ProgramName.Short} units' for those it knows.");
        }

        IReadOnlyList<RunRecord> runs = await journal.RunsAsync(new RunQuery(Mac: mac, Unit: unit, Most: MostRuns), cancel);
        Dictionary<Guid, RunOpening> openings = runs.ToDictionary(run => run.Id, run => run.Opening);
        foreach (UnitBackup backup in backups)
            await Console.Error.WriteLineAsync(Printable.Of(Line(backup, openings.GetValueOrDefault(backup.Run))));
        if (originals.Length > 1)
        {
            throw new ConfigurationException(
                "vault export", null, null, $"{originals.Length} different units have the MAC {mac}",
                "Give the id of the unit that is meant, or the SHA-256 of the backup; they are listed above.");
        }

        return originals[0].Sha256;
    }

    private static string Line(UnitBackup backup, RunOpening? opening)
    {
        string ended = backup.Verdict is { } verdict ? RecordText.Of(verdict) : "in progress";
        string before = backup.StateBefore == UnitState.Untouched ? "as received" : $"left {RecordText.Of(backup.StateBefore)} by an earlier run";
        string place = opening is null ? "" : $"{opening.Jig} slot {opening.Slot}  ";
        return $"{(backup.IsOriginal ? "original" : "other")}: unit {backup.Unit}  {place}{backup.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC  "
            + $"lot {backup.Lot}  SHA-256 {backup.Sha256}  run {backup.Run} ({ended})  {before}, {backup.FirmwareBefore ?? "firmware not looked at"}";
    }
}

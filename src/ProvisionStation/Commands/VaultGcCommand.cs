using System.CommandLine;
using ProvisionStation.Live;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Commands;

/// <summary><c>vault gc</c>: makes room by removing what no record names. Only while no station runs.</summary>
internal static class VaultGcCommand
{
    public static Command Make()
    {
        Option<string> data = SharedOptions.Data();
        Option<string?> key = SharedOptions.VaultKey();
        Option<bool> yes = new("--yes") { Description = "Remove it; without, only what would be removed is told." };
        Command command = new StationCommand(
            "gc", "Remove from the vault what no record names; what a record names always stays.", "vault gc --data data") { data, key, yes };
        command.SetAction((parsed, cancel) => CollectAsync(parsed.GetValue(data)!, parsed.GetValue(key), parsed.GetValue(yes), cancel));
        return command;
    }

    private static async Task<int> CollectAsync(string data, string? key, bool yes, CancellationToken cancel)
    {
        // The station's lock: a running station has stored backups that its journal does not name yet.
        await using RunJournal journal = await DataFolder.OpenLockedAsync(data, cancel);
        if (DataFolder.OpenVault(data, key).Key is null)
        {
            Console.WriteLine("nothing to remove: there are no packs, and files of an older vault are always kept");
            return (int)ExitCode.Passed;
        }

        BackupVault vault = BackupVault.Open(data, key);
        foreach (string notice in vault.Notices)
            await Console.Error.WriteLineAsync(Printable.Of(notice));
        IReadOnlySet<string> named = await journal.NamedArtifactsAsync(cancel);
        VaultGarbage found = await vault.CollectAsync(named, !yes, cancel);
        foreach (string sha256 in found.Artifacts)
            Console.WriteLine($"{(yes ? "removed" : "would remove")}: {sha256}, named by no record");
        string packs = found.Packs == 1 ? "1 pack" : $"{found.Packs} packs";
        Console.WriteLine(yes
            ? $"{found.Artifacts.Count} removed, {found.Kept} that records name stay; {packs} written anew, {found.Bytes} bytes freed"
            : $"{found.Artifacts.Count} to remove, {found.Kept} that records name stay; {packs} to write anew, {found.Bytes} bytes to free");
        if (!yes && found.Bytes > 0)
            await Console.Error.WriteLineAsync("Nothing was changed: add --yes to do it.");
        return (int)ExitCode.Passed;
    }
}

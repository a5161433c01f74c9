using System.CommandLine;
using ProvisionStation.Bench;
using ProvisionStation.Live;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Commands;

/// <summary><c>vault rotate-key</c>: gives the vault another station key. Only while no station runs.</summary>
internal static class VaultRotateKeyCommand
{
    public static Command Make()
    {
        Option<string> data = SharedOptions.Data();
        Option<string?> key = SharedOptions.VaultKey();
        Option<string?> fresh = new("--new-key")
        {
            Description = "Where the new key is, or is to be made. Default: a new key takes the old one's place.",
            HelpName = "FILE",
        };
        Option<string> person = SharedOptions.RequiredOperator();
        Command command = new StationCommand(
            "rotate-key", "Give the vault a new key; afterwards the old one opens nothing.", "vault rotate-key --operator Ada --data data") { data, key, fresh, person };
        command.SetAction((parsed, cancel) => RotateAsync(parsed.GetValue(data)!, parsed.GetValue(key), parsed.GetValue(fresh), parsed.GetValue(person)!, cancel));
        return command;
    }

    private static async Task<int> RotateAsync(string data, string? key, string? fresh, string person, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenLockedAsync(data, cancel);
        if (DataFolder.OpenVault(data, key).Key is null)
        {
            throw new ConfigurationException(
                "vault rotate-key", null, null, "the vault holds nothing that a key was used for", "Leave it: a key is made at the next start, before the first backup is stored.");
        }

        BackupVault vault = BackupVault.Open(data, key);
        foreach (string notice in vault.Notices)
            await Console.Error.WriteLineAsync(Printable.Of(notice));
        KeyChange change = await vault.RotateKeyAsync(fresh, cancel);
        RecordedFact fact = await journal.RecordFactAsync(change.ToFact(person), cancel);
        Console.WriteLine(
            $"key {change.OldFingerprint} -> {change.NewFingerprint}, in {change.Packs} {(change.Packs == 1 ? "pack" : "packs")} (fact {fact.Sequence})");
        await Console.Error.WriteLineAsync(
            $"The new key is in {change.KeyPath}. Copy it to a safe place now: without it no backup can be read.\n"
            + "Keep the old key only as long as you keep older copies of the data folder: it still opens those.");
        if (fresh is not null)
            await Console.Error.WriteLineAsync($"From now on give --vault-key {change.KeyPath}, or hand it over as the systemd credential '{VaultKey.CredentialName}'.");
        return (int)ExitCode.Passed;
    }
}

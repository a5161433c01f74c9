using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Commands;

/// <summary><c>vault verify</c>: every backup that runs have named is there and still hashes to its name.</summary>
internal static class VaultVerifyCommand
{
    public static Command Make()
    {
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "verify", "Read every backup from disk, check it against its hash, and look for those that are gone.", "vault verify --data data")
        {
            data, json,
        };
        command.SetAction((parsed, cancel) => VerifyAsync(parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> VerifyAsync(string data, bool json, CancellationToken cancel)
    {
        BackupVault vault = DataFolder.OpenVault(data);
        IReadOnlyList<KeptArtifact> named;
        await using (RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel))
        {
            await journal.RequireChainAsync(cancel);
            named = await journal.ArtifactsAsync(cancel);
        }

        VaultCheck check = await vault.VerifyAsync(named, cancel);
        int backups = check.Kinds.GetValueOrDefault("backup"), logs = check.Kinds.GetValueOrDefault("boot-log");
        int others = check.Kinds.Values.Sum() - backups - logs;
        if (json)
            Console.WriteLine(JsonText.Line(ToJson(check, backups, logs, others)));
        else
            Console.WriteLine(
                $"{backups} backups, {logs} boot logs, {others} others, {check.Unnamed} named by no run: {check.Files} files, {check.Bytes} bytes; "
                + $"{check.Damaged.Count} damaged, {check.Losses.Count} missing or of a wrong length");
        foreach (string name in check.Damaged)
            await ComplainAsync($"{name} no longer hashes to its name", "Put it back from a copy of the data folder, and check the disk");
        foreach (VaultLoss loss in check.Losses)
            await ComplainAsync(What(loss), "Put it back from a copy of the data folder");
        return (int)(check.Damaged.Count + check.Losses.Count == 0 ? ExitCode.Passed : ExitCode.BenchFault);
    }

    private static Task ComplainAsync(string what, string remedy) => Console.Error.WriteLineAsync($"{ProgramName.Short}: {Sentence.Of(what, remedy)}");

    private static string What(VaultLoss loss)
    {
        Artifact lost = loss.Artifact.Artifact;
        string how = loss.Bytes is { } bytes ? $"has {bytes} bytes instead of {lost.Bytes}" : "is missing";
        return $"the {lost.Kind} {lost.Sha256} of run {loss.Artifact.Run}, MAC {loss.Artifact.Mac ?? "not readable"}, {how}";
    }

    private static JsonObject ToJson(VaultCheck check, int backups, int logs, int others) => new()
    {
        ["files"] = check.Files,
        ["bytes"] = check.Bytes,
        ["backups"] = backups,
        ["bootLogs"] = logs,
        ["others"] = others,
        ["unnamed"] = check.Unnamed,
        ["damaged"] = new JsonArray([.. check.Damaged.Select(name => JsonValue.Create(name))]),
        ["lost"] = new JsonArray(
        [
            .. check.Losses.Select(loss => new JsonObject
            {
                ["kind"] = loss.Artifact.Artifact.Kind,
                ["sha256"] = loss.Artifact.Artifact.Sha256,
                ["run"] = loss.Artifact.Run.ToString(),
                ["mac"] = loss.Artifact.Mac,
                ["bytes"] = loss.Bytes,
                ["bytesNamed"] = loss.Artifact.Artifact.Bytes,
            }),
        ]),
    };
}

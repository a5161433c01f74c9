using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Commands;

/// <summary><c>vault verify</c>: every backup still hashes to its name.</summary>
internal static class VaultVerifyCommand
{
    public static Command Make()
    {
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "verify", "Read every backup from disk and check it against its hash.", "vault verify --data data")
        {
            data, json,
        };
        command.SetAction((parsed, cancel) => VerifyAsync(parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> VerifyAsync(string data, bool json, CancellationToken cancel)
    {
        VaultCheck check = await DataFolder.OpenVault(data).VerifyAsync(cancel);
        if (json)
        {
            JsonArray damaged = [.. check.Damaged.Select(name => JsonValue.Create(name))];
            Console.WriteLine(new JsonObject { ["files"] = check.Files, ["bytes"] = check.Bytes, ["damaged"] = damaged }.ToJsonString());
        }
        else
        {
            Console.WriteLine($"{check.Files} files, {check.Bytes} bytes, {check.Damaged.Count} damaged");
        }

        foreach (string name in check.Damaged)
        {
            string line = Sentence.Of(
                $"{name} no longer hashes to its name", "Put it back from a copy of the data folder, and check the disk");
            await Console.Error.WriteLineAsync($"{ProgramName.Short}: {line}");
        }

        return (int)(check.Damaged.Count == 0 ? ExitCode.Passed : ExitCode.BenchFault);
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>ledger verify</c>: every closing record still hashes to what the next one says.</summary>
internal static class LedgerVerifyCommand
{
    public static Command Make()
    {
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "verify", "Hash every run and every kept recipe and jig again; print how many, and the last hash.", "ledger verify --data data")
        {
            data, json,
        };
        command.SetAction((parsed, cancel) => VerifyAsync(parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> VerifyAsync(string data, bool json, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        ChainState chain = await journal.RequireChainAsync(cancel);
        if (json)
            Console.WriteLine(JsonText.Line(ToJson(chain, journal.StationId)));
        else
            Console.WriteLine(
                $"{chain.Records} closing records, {chain.Documents} recipes and jigs: unchanged; {chain.OpenRuns} runs in progress; "
                + $"last hash {chain.HeadSha256}");
        foreach (string missing in chain.MissingDocuments)
        {
            string line = Sentence.Of($"the {missing} that runs name is not in the journal", "Bring the data folder back from a copy that has it");
            await Console.Error.WriteLineAsync($"{ProgramName.Short}: {line}");
        }

        return (int)(chain.MissingDocuments.Count == 0 ? ExitCode.Passed : ExitCode.BenchFault);
    }

    private static JsonObject ToJson(ChainState chain, Guid station) => new()
    {
        ["station"] = station.ToString(),
        ["records"] = chain.Records,
        ["headSha256"] = chain.HeadSha256,
        ["openRuns"] = chain.OpenRuns,
        ["documents"] = chain.Documents,
        ["missingDocuments"] = new JsonArray([.. chain.MissingDocuments.Select(one => JsonValue.Create(one))]),
    };
}

using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>ledger verify</c>: every fact, every row of every run and every kept document is as it was.</summary>
internal static class LedgerVerifyCommand
{
    public static Command Make()
    {
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "verify",
            "Hash every fact, run, recipe and jig again, and the ledger's file; print how many, and the last hashes. Takes as long as there are runs.",
            "ledger verify --data data")
        {
            data, json,
        };
        command.SetAction((parsed, cancel) => VerifyAsync(parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> VerifyAsync(string data, bool json, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        ChainState chain = await journal.RequireChainAsync(cancel, Progress());
        if (json)
            Console.WriteLine(JsonText.Line(ToJson(chain, journal.StationId)));
        else
            Console.WriteLine(
                $"{chain.Records} closing records, {chain.Facts} facts, {chain.Documents} recipes and jigs: unchanged; {chain.OpenRuns} runs in progress; "
                + $"last hashes {chain.HeadSha256} (closing), {chain.FactsHeadSha256} (fact)");
        foreach (string missing in chain.MissingDocuments)
        {
            string line = Sentence.Of($"the {missing} that runs name is not in the journal", "Bring the data folder back from a copy that has it");
            await Console.Error.WriteLineAsync($"{ProgramName.Short}: {line}");
        }

        return (int)(chain.MissingDocuments.Count == 0 ? ExitCode.Passed : ExitCode.BenchFault);
    }

    /// <summary>Said on stderr about every ten seconds of work.</summary>
    private static Action<long, long> Progress()
    {
        TimeProvider clock = TimeProvider.System;
        long said = clock.GetTimestamp();
        return (done, all) =>
        {
            if (clock.GetElapsedTime(said) < TimeSpan.FromSeconds(10))
                return;
            said = clock.GetTimestamp();
            Console.Error.WriteLine($"{ProgramName.Short}: {done} of {all} closing records");
        };
    }

    private static JsonObject ToJson(ChainState chain, Guid station) => new()
    {
        ["station"] = station.ToString(),
        ["records"] = chain.Records,
        ["headSha256"] = chain.HeadSha256,
        ["facts"] = chain.Facts,
        ["factsHeadSha256"] = chain.FactsHeadSha256,
        ["openRuns"] = chain.OpenRuns,
        ["documents"] = chain.Documents,
        ["missingDocuments"] = new JsonArray([.. chain.MissingDocuments.Select(one => JsonValue.Create(one))]),
    };
}

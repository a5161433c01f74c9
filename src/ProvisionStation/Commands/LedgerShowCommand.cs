using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>ledger show</c>: the facts, oldest first.</summary>
internal static class LedgerShowCommand
{
    private const int DefaultMost = 1000;

    public static Command Make()
    {
        Option<string?> kind = new("--kind") { Description = $"Only facts of this kind: {string.Join(", ", FactKinds.All)}.", HelpName = "K" };
        kind.AcceptOnlyFromAmong([.. FactKinds.All]);
        Option<string?> subject = new("--subject") { Description = "Only facts about this run, unit, lot or slot.", HelpName = "S" };
        Option<int?> most = SharedOptions.Number("--most", $"Only the last so many. Default: {DefaultMost}.", "N", 1, 10_000_000);
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand("show", "List the facts of the ledger, oldest first.", "ledger show --kind override")
        {
            kind, subject, most, data, json,
        };
        command.SetAction((parsed, cancel) => ShowAsync(
            parsed.GetValue(kind),
            parsed.GetValue(subject),
            parsed.GetValue(most) ?? DefaultMost,
            parsed.GetValue(data)!,
            parsed.GetValue(json),
            cancel));
        return command;
    }

    private static async Task<int> ShowAsync(string? kind, string? subject, int most, string data, bool json, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        IReadOnlyList<RecordedFact> facts = await journal.FactsAsync(kind, subject, cancel, most);
        if (json)
        {
            foreach (RecordedFact fact in facts)
                Console.WriteLine(JsonText.Line(ToJson(fact)));
        }
        else
        {
            Columns.Write(Console.Out, ["FACT", "AT (UTC)", "KIND", "SUBJECT", "TOLD"], facts.Select(Row));
        }

        if (facts.Count == most)
            await Console.Error.WriteLineAsync($"{ProgramName.Short}: there may be more than these last {most} facts; give --most, --kind or --subject");
        return (int)ExitCode.Passed;
    }

    private static string?[] Row(RecordedFact fact) =>
    [
        fact.Sequence.ToString(CultureInfo.InvariantCulture),
        $"{fact.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}",
        fact.Kind,
        fact.Subject,
        string.Join("  ", fact.Fact.Body.Where(one => one.Value is not null).Select(one => $"{one.Key} {one.Value}")),
    ];

    private static JsonObject ToJson(RecordedFact fact) => new()
    {
        ["sequence"] = fact.Sequence,
        ["at"] = RecordText.Of(fact.At),
        ["station"] = fact.Station.ToString(),
        ["kind"] = fact.Kind,
        ["subject"] = fact.Subject,
        ["body"] = new JsonObject(fact.Fact.Body.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        ["previousSha256"] = fact.PreviousSha256,
        ["sha256"] = fact.Sha256,
    };
}

using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Commands;

/// <summary><c>lots show</c>: one lot with its counts, what its units must agree on, and the units that are still to come.</summary>
internal static class LotsShowCommand
{
    public static Command Make()
    {
        Argument<string> lot = new("LOT") { Description = "The lot." };
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "show", "Show a lot: counts, what its units must agree on, rows of its table of units that are not used yet.", "lots show L1 --data data")
        {
            lot, data, json,
        };
        command.SetAction((parsed, cancel) => ShowAsync(parsed.GetValue(lot)!, parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> ShowAsync(string name, string data, bool json, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        if (await journal.LotAsync(name, cancel) is not { } lot)
        {
            await Console.Error.WriteLineAsync($"There is no lot '{Printable.Of(name)}' in {data}.");
            return (int)ExitCode.WrongUse;
        }

        IReadOnlyList<LotReference> references = await journal.LotReferencesAsync(name, cancel);
        IReadOnlyList<string> unused = await journal.UnusedUnitsAsync(name, cancel);
        RecordedFact? closed = await journal.LotClosedAsync(name, cancel);
        if (json)
            Console.WriteLine(ToJson(lot, references, unused, closed).ToJsonString());
        else
            Write(Console.Out, lot, references, unused, closed);
        return (int)ExitCode.Passed;
    }

    private static void Write(
        TextWriter output, LotRecord lot, IReadOnlyList<LotReference> references, IReadOnlyList<string> unused, RecordedFact? closed)
    {
        output.WriteLine(Printable.Of($"Lot {lot.Lot}, recipe {lot.Recipe} revision {lot.RecipeRevision}, opened {lot.OpenedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"));
        LotCounts counts = lot.Counts;
        output.WriteLine($"{counts.Pass} PASS, {counts.Fail} FAIL, {counts.Error} ERROR, {counts.Aborted} ABORTED, {counts.Open} open");
        if (references.Count > 0)
            Columns.Write(output, ["ALL UNITS", "VALUE", "APPROVED BY"], references.Select(one => new[] { one.Part, one.Value, one.Approval }));
        LotSummary.WriteUnused(output, unused);
        if (closed is not null)
        {
            output.WriteLine(Printable.Of(
                $"Closed at {closed.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC by {closed.Fact["operator"]} (fact {closed.Sequence}): {closed.Fact["reason"] ?? "nothing was left over"}"));
        }
    }

    private static JsonObject ToJson(
        LotRecord lot, IReadOnlyList<LotReference> references, IReadOnlyList<string> unused, RecordedFact? closed)
    {
        JsonObject json = LotsCommand.ToJson(lot);
        json["agreed"] = new JsonArray([.. references.Select(one => new JsonObject
        {
            ["part"] = one.Part,
            ["value"] = one.Value,
            ["run"] = one.Run.ToString(),
            ["approval"] = one.Approval,
            ["setAt"] = RecordText.Of(one.SetAt),
        })]);
        json["unusedUnits"] = new JsonArray([.. unused.Select(mac => JsonValue.Create(mac))]);
        json["closedAt"] = closed is null ? null : RecordText.Of(closed.At);
        return json;
    }
}

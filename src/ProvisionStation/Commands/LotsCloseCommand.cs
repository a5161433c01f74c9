using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Commands;

/// <summary><c>lots close</c>: ends a lot; what it leaves over needs a reason.</summary>
internal static class LotsCloseCommand
{
    public static Command Make()
    {
        Argument<string> lot = new("LOT") { Description = "The lot." };
        Option<string> name = SharedOptions.RequiredOperator();
        Option<string?> reason = new("--reason")
        {
            Description = "Why it is closed with units that did not pass, or with rows of its table of units that none has used.",
            HelpName = "TEXT",
        };
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "close",
            "Close a lot: it takes no further unit. What it leaves over is told, and needs a reason.",
            "lots close L1 --operator Ada")
        {
            lot, name, reason, data, json,
        };
        command.SetAction((parsed, cancel) => CloseAsync(
            parsed.GetValue(lot)!, parsed.GetValue(name)!, parsed.GetValue(reason), parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> CloseAsync(string lot, string operatorName, string? reason, string data, bool json, CancellationToken cancel)
    {
        DataFolder.RequireJournal(data);
        await using RunJournal journal = await DataFolder.OpenLockedAsync(data, cancel);
        ClosedLot closed = await journal.CloseLotAsync(lot, operatorName, reason, cancel);
        if (json)
            Console.WriteLine(ToJson(closed).ToJsonString());
        else
            Write(Console.Out, closed);
        if (closed.Recorded is not null)
            return (int)ExitCode.Passed;
        await Console.Error.WriteLineAsync("The lot is still open: something is left over. Give --reason TEXT to close it all the same.");
        return (int)ExitCode.WrongUse;
    }

    private static void Write(TextWriter output, ClosedLot closed)
    {
        LotCounts counts = closed.Counts;
        output.WriteLine(Printable.Of($"Lot {closed.Lot}: {counts.Pass} PASS, {counts.Fail} FAIL, {counts.Error} ERROR, {counts.Aborted} ABORTED"));
        if (closed.NotPassed > 0)
            output.WriteLine($"Units whose last run did not pass: {closed.NotPassed}");
        if (closed.UnusedUnits.Count > 0)
            output.WriteLine($"Rows of the table of units that no unit has used: {closed.UnusedUnits.Count}: {string.Join(", ", closed.UnusedUnits)}");
        if (closed.Recorded is { } fact)
            output.WriteLine(Printable.Of($"Closed by {fact.Fact["operator"]} (fact {fact.Sequence}): it takes no further unit."));
    }

    private static JsonObject ToJson(ClosedLot closed) => new()
    {
        ["lot"] = closed.Lot,
        ["closed"] = closed.Recorded is not null,
        ["fact"] = closed.Recorded?.Sequence,
        ["counts"] = new JsonObject
        {
            ["pass"] = closed.Counts.Pass,
            ["fail"] = closed.Counts.Fail,
            ["error"] = closed.Counts.Error,
            ["aborted"] = closed.Counts.Aborted,
        },
        ["unitsNotPassed"] = closed.NotPassed,
        ["unusedUnits"] = new JsonArray([.. closed.UnusedUnits.Select(mac => (JsonNode)mac)]),
    };
}

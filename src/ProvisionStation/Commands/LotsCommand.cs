using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>lots</c>: the lots with their counts.</summary>
internal static class LotsCommand
{
    public static Command Make()
    {
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand("lots", "List the lots, oldest first, with recipe and counts.", "lots --data data")
        {
            data, json, LotsShowCommand.Make(), LotsCloseCommand.Make(),
        };
        command.Aliases.Add("lot");
        command.SetAction((parsed, cancel) => ListAsync(parsed.GetValue(data)!, parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> ListAsync(string data, bool json, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        IReadOnlyList<LotRecord> lots = await journal.LotsAsync(cancel);
        if (json)
        {
            foreach (LotRecord lot in lots)
                Console.WriteLine(JsonText.Line(ToJson(lot)));
        }
        else
        {
            Columns.Write(
                Console.Out,
                ["LOT", "OPENED (UTC)", "RECIPE", "PASS", "FAIL", "ERROR", "ABORTED", "OPEN"],
                lots.Select(lot => new[]
                {
                    lot.Lot, $"{lot.OpenedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}", $"{lot.Recipe} r{lot.RecipeRevision}",
                    $"{lot.Counts.Pass}", $"{lot.Counts.Fail}",
                    $"{lot.Counts.Error}", $"{lot.Counts.Aborted}", $"{lot.Counts.Open}",
                }));
        }

        return (int)ExitCode.Passed;
    }

    internal static JsonObject ToJson(LotRecord lot) => new()
    {
        ["lot"] = lot.Lot,
        ["openedAt"] = RecordText.Of(lot.OpenedAt),
        ["recipe"] = lot.Recipe,
        ["recipeRevision"] = lot.RecipeRevision,
        ["recipeSha256"] = lot.RecipeSha256,
        ["counts"] = new JsonObject
        {
            ["pass"] = lot.Counts.Pass,
            ["fail"] = lot.Counts.Fail,
            ["error"] = lot.Counts.Error,
            ["aborted"] = lot.Counts.Aborted,
            ["open"] = lot.Counts.Open,
        },
    };
}

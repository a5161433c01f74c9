using System.CommandLine;
using System.Globalization;
using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>units</c>: the units the station has met, with their last verdict.</summary>
internal static class UnitsCommand
{
    public static Command Make()
    {
        Option<string?> lot = SharedOptions.Lot(), mac = SharedOptions.Mac();
        Option<string> data = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "units", "List units by lot and MAC, with their last verdict (with --lot: in that lot).", "units --lot L1")
        {
            lot, mac, data, json, UnitsShowCommand.Make(), UnitsDisposeCommand.Make(),
        };
        command.SetAction((parsed, cancel) => ListAsync(
            parsed.GetValue(lot),
            parsed.GetValue(mac) is { } text ? MacText.Parse(text) : null,
            parsed.GetValue(data)!,
            parsed.GetValue(json),
            cancel));
        return command;
    }

    private static async Task<int> ListAsync(string? lot, string? mac, string data, bool json, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        await DataFolder.RequireLotAsync(journal, lot, cancel);
        IReadOnlyList<UnitRecord> units = await InLotAsync(journal, lot, await journal.UnitsAsync(lot, mac, cancel), cancel);
        if (json)
        {
            foreach (UnitRecord unit in units)
                Console.WriteLine(JsonText.Line(UnitJson.Of(unit)));
        }
        else
        {
            Columns.Write(Console.Out, ["MAC", "CHIP", "FLASH ID", "RUNS", "LAST VERDICT", "REASON", "FLASH IS", "UNIT"], units.Select(Row));
        }

        return (int)ExitCode.Passed;
    }

    /// <summary>Of one lot: each unit with its latest run there, whatever became of it in another lot. The count of runs is of its whole
    /// life.</summary>
    private static async Task<IReadOnlyList<UnitRecord>> InLotAsync(
        RunJournal journal, string? lot, IReadOnlyList<UnitRecord> units, CancellationToken cancel)
    {
        if (lot is null)
            return units;
        List<UnitRecord> there = [];
        foreach (UnitRecord unit in units)
        {
            IReadOnlyList<RunRecord> latest = await journal.RunsAsync(new RunQuery(Lot: lot, Unit: unit.Id, Most: 1), cancel);
            there.Add(latest is [{ } run] ? Of(unit, run) : unit);
        }

        return there;
    }

    private static UnitRecord Of(UnitRecord unit, RunRecord run) => unit with
    {
        LastLot = run.Opening.Lot,
        LastStartedAt = run.StartedAt,
        LastVerdict = run.Closing?.Verdict,
        LastReason = run.Closing?.Reason,
        LastState = run.Closing?.State,
        LastSequence = run.Sequence,
    };

    private static string?[] Row(UnitRecord unit) =>
    [
        unit.Marks.Mac ?? "not readable",
        unit.Marks.Chip,
        unit.Marks.FlashId ?? "not readable",
        unit.Runs.ToString(CultureInfo.InvariantCulture),
        unit.LastVerdict is { } verdict ? VerdictOf(verdict, unit.LastState) : "in progress",
        unit.LastReason,
        RecordText.Of(unit.LeftState),
        unit.Id.ToString(),
    ];

    /// <summary>A PASS of a restore is no conversion: a backup was written back and compared.</summary>
    private static string VerdictOf(Verdict verdict, UnitState? left) =>
        verdict == Verdict.Pass && left == UnitState.Restored ? "PASS restored" : RecordText.Of(verdict);
}

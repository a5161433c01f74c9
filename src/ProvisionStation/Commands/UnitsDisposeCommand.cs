using System.CommandLine;
using ProvisionStation.Bench;
using ProvisionStation.Live;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Commands;

/// <summary><c>units dispose</c>: what becomes of a unit, as a person decided it.</summary>
internal static class UnitsDisposeCommand
{
    private const string Effects = "quarantine, scrap: not worked on until another word. restore: not converted; 'restore' gives its firmware back. "
        + "retest, rework: converted again though it passed. release: as if nothing was decided.";

    public static Command Make()
    {
        Argument<string> unit = new("MAC|UNIT-ID") { Description = "A MAC (twelve hex digits), or a unit id as 'units' lists it." };
        Option<string> word = new("--as") { Description = Effects, HelpName = "WORD", Required = true };
        word.AcceptOnlyFromAmong([.. Disposition.Words]);
        Option<string> reason = SharedOptions.Reason("Why, in your words.");
        Option<string> name = SharedOptions.RequiredOperator();
        Option<string> data = SharedOptions.Data();
        Command command = new StationCommand(
            "dispose",
            "Record what becomes of a unit; a unit in quarantine is not worked on until it is released.",
            "units dispose C8478C123456 --as quarantine --reason 'smells burnt' --operator Ada")
        {
            unit, word, reason, name, data,
        };
        command.SetAction((parsed, cancel) => DisposeAsync(
            parsed.GetValue(unit)!, parsed.GetValue(word)!, parsed.GetValue(reason)!, parsed.GetValue(name)!, parsed.GetValue(data)!, cancel));
        return command;
    }

    private static async Task<int> DisposeAsync(
        string text, string word, string reason, string operatorName, string data, CancellationToken cancel)
    {
        DataFolder.RequireJournal(data);
        Guid unit;
        await using (RunJournal reader = await DataFolder.OpenJournalAsync(data, cancel))
            unit = await UnitAsync(reader, text, cancel);
        await using RunJournal journal = await RunJournal.OpenAsync(data, TimeProvider.System, cancel);
        if (journal.Interrupted.Count > 0)
            await Console.Error.WriteLineAsync($"{ProgramName.Short}: {journal.Interrupted.Count} runs that a crash had left open were closed as ABORTED interrupted");
        Disposition? before = await journal.DispositionAsync(unit, cancel);
        RecordedFact fact = await journal.RecordFactAsync(Disposition.Fact(unit, word, reason, operatorName), cancel);
        Console.WriteLine(Printable.Of(
            $"unit {unit}: {word} (fact {fact.Sequence}); before: {(before is null ? "nothing was decided" : $"{before.Word} by {before.Operator}")}"));
        return (int)ExitCode.Passed;
    }

    /// <summary>A MAC names a unit only where one unit has it.</summary>
    private static async Task<Guid> UnitAsync(RunJournal journal, string text, CancellationToken cancel)
    {
        if (Guid.TryParseExact(text, "D", out Guid id))
        {
            return await journal.HasUnitAsync(id, cancel)
                ? id
                : throw Refused($"the journal knows no unit {id}", $"See '{ProgramName.Short} units' for those it knows.");
        }

        string mac = MacText.Parse(text) ?? throw Refused(MacText.Problem(text), "Type the MAC as the label shows it, or a unit id.");
        IReadOnlyList<UnitRecord> units = await journal.UnitsAsync(null, mac, cancel);
        return units switch
        {
            [{ } only] => only.Id,
            [] => throw Refused($"the journal knows no unit with MAC {mac}", $"See '{ProgramName.Short} units' for the MACs it knows."),
            _ => throw Refused(
                $"{units.Count} units have MAC {mac}: {string.Join(", ", units.Select(unit => $"{unit.Id} (last in lot {unit.LastLot}, flash {unit.Marks.FlashId})"))}",
                "Give the unit id of the one you mean."),
        };
    }

    private static ConfigurationException Refused(string problem, string remedy) => new("units dispose", null, null, problem, remedy);
}

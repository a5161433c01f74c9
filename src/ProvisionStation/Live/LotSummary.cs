using System.Globalization;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Live;

/// <summary>What a person reads at the end: counts, every run that did not pass with what to do, where things are, what to type
/// next.</summary>
internal static class LotSummary
{
    private const int MostShown = 20;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter output, StationOutcome outcome, string lot, string dataFolder)
    {
        output.WriteLine();
        output.WriteLine($"This start: {Counts(outcome.Count)}.");
        LotCounts all = outcome.Lot;
        output.WriteLine($"Lot {lot} so far: {all.Pass} PASS, {all.Fail} FAIL, {all.Error} ERROR, {all.Aborted} ABORTED.");
        foreach (RunRecord run in outcome.Runs.Where(run => run.Closing!.Verdict != Verdict.Pass))
            Write(output, run);
        if (outcome.Runs.Any(run => run.Closing!.Verdict is Verdict.Error or Verdict.Aborted))
            output.WriteLine("To run a unit again: take it out, wait until its slot says empty, put it in.");
        foreach (SlotFault fault in outcome.Faults)
            output.WriteLine(Of(fault));
        WriteUnused(output, outcome.UnusedUnits);
        WriteEnd(output, outcome);
        output.WriteLine($"Records and backups: {Path.GetFullPath(dataFolder)}");
    }

    /// <summary>The last thing a person reads, however the work ended: slots that may still have power.</summary>
    public static void WritePower(TextWriter output, StationOutcome outcome)
    {
        if (outcome.StillPowered.Count > 0)
            output.WriteLine(StillPowered([.. outcome.StillPowered.Select(fault => fault.Slot).Distinct().Order()]));
    }

    /// <summary>What to type next.</summary>
    public static void WriteNext(TextWriter output, params IEnumerable<string> arguments) => output.WriteLine(
        $"Next: {ProgramName.Command(arguments)}");

    private static void Write(TextWriter output, RunRecord run)
    {
        RunClosing closing = run.Closing!;
        string reason = closing.Reason ?? "";
        output.WriteLine(
            $"{RecordText.Of(closing.Verdict)}  slot {run.Opening.Slot}  MAC {run.Marks?.Mac ?? "not read"}  "
            + $"{reason}: {ReasonText.Of(reason)}");
        output.WriteLine($"      Seen: {Printable.Of(closing.Detail)}");
        if (closing.State != UnitState.Untouched)
            output.WriteLine($"      Unit: {StateText.Of(run)}");
        if (closing.Reason == "not-this-product")
            WriteMaps(output, run);
        if (closing.Remedy is { } remedy)
            output.WriteLine($"      Do:   {Printable.Of(remedy)}");
    }

    private static string Of(SlotFault fault)
    {
        string what = $"{fault.Reason}: {Sentence.Of(fault.What, fault.Remedy)}";
        return fault.EndedAt is { } ended
            ? $"Slot {fault.Slot} was away {Time(fault.At)} to {Time(ended)}: {what}"
            : $"Slot {fault.Slot} could not work since {Time(fault.At)}: {what}";
    }

    private static string Time(DateTimeOffset moment) => moment.LocalDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    private static string StillPowered(int[] slots) => slots.Length == 1
        ? $"Slot {slots[0]} MAY STILL HAVE POWER: switch the supply off by hand."
        : $"Slots {string.Join(", ", slots)} MAY STILL HAVE POWER: switch the supply off by hand.";

    /// <summary>Rows of the table of units that no run has passed.</summary>
    public static void WriteUnused(TextWriter output, IReadOnlyList<string> macs)
    {
        if (macs.Count == 0)
            return;
        string more = macs.Count > MostShown ? $" and {macs.Count - MostShown} more" : "";
        output.WriteLine($"Rows of the table of units that no unit has used yet: {macs.Count}: {string.Join(", ", macs.Take(MostShown))}{more}");
    }

    /// <summary>Both pin maps side by side, as the run's claims hold them.</summary>
    private static void WriteMaps(TextWriter output, RunRecord run)
    {
        IReadOnlyDictionary<string, string> own = Pins(run, "fingerprint-pins");
        IReadOnlyDictionary<string, string> lot = Pins(run, "pin-map-of-lot");
        if (lot.Count == 0)
            return;
        Columns.Write(
            output,
            ["      PIN", "THIS UNIT", "THE LOT"],
            own.Keys.Union(lot.Keys).OrderBy(pin => pin.Length).ThenBy(pin => pin, StringComparer.Ordinal).Select(
                pin => new[] { "      " + pin, own.GetValueOrDefault(pin), lot.GetValueOrDefault(pin) }));
    }

    private static Dictionary<string, string> Pins(RunRecord run, string claim) =>
        (run.Claims.LastOrDefault(one => one.Name == claim)?.Value ?? "")
        .Split(' ').Select(pin => pin.Split('=')).Where(sides => sides.Length == 2).ToDictionary(sides => sides[0], sides => sides[1]);

    private static void WriteEnd(TextWriter output, StationOutcome outcome)
    {
        string slots = outcome.EmptySlots.Count == 0 ? "none" : string.Join(", ", outcome.EmptySlots);
        if (outcome.SilentSlots.Count > 0)
            output.WriteLine(
                $"Slots with something in them that draws current but does not answer: {string.Join(", ", outcome.SilentSlots)}. "
                + "Check the contacts of TX1 and RX1.");
        if (outcome.End == StationEnd.WaitedOut)
            output.WriteLine(
                $"Nothing came for as long as --wait allows. Slots that are empty or hold a finished unit: {slots}. "
                + "Put units in and run the command again, or wait longer.");
        else if (outcome.End == StationEnd.NoSlot)
            output.WriteLine("No slot could be opened. Mend what is said above, then run the command again.");
        else if (outcome.End == StationEnd.Stopped)
            output.WriteLine(
                outcome.StillPowered.Count == 0 ? "Stopped. Every run is closed and every slot is off." : "Stopped. Every run is closed.");
    }

    private static string Counts(Func<Verdict, int> count) =>
        string.Join(", ", Enum.GetValues<Verdict>().Select(verdict => $"{count(verdict)} {RecordText.Of(verdict)}"));
}

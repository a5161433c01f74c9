using ProvisionStation.Bench;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Judges a unit by what the station knows of it and of others with its MAC, before anything on it is changed.</summary>
internal static class SeenBefore
{
    private const string KeepBothApart = "Keep both units apart: two units with one MAC cannot be in one network. Give one of them a MAC of its own.";

    /// <summary>Judges.</summary>
    /// <returns>Null where the unit may be converted; otherwise how the run ends.</returns>
    public static async Task<StepOutcome?> JudgeAsync(ActiveRun run, CancellationToken cancel) =>
        Decided(run) ?? Passed(run) ?? TwoSlots(run) ?? await DuplicateAsync(run, cancel) ?? CutOff(run);

    /// <summary>Asked before the first erase: a unit with the same marks may have come into another slot meanwhile.</summary>
    /// <returns>Null where the erase may begin.</returns>
    public static StepOutcome? BeforeErase(ActiveRun run) =>
        run.Agreement.AtWork.BeginErase(run.Record.Id) is { } other && Twice(run, other, "nothing was changed on either") is { } twice
            ? twice with { BackupFirst = false } // it has its backup already
            : null;

    private static StepOutcome? Decided(ActiveRun run)
    {
        if (run.Story?.Decision is { Word: "restore" } wanted)
        {
            return StepOutcome.Abort(
                "held",
                $"{wanted.Operator} decided 'restore' on {wanted.At:yyyy-MM-dd HH:mm} UTC, so it is not converted: {wanted.Reason}",
                $"Give it its own firmware back with 'restore --unit {run.Mac ?? run.UnitId.ToString()}';"
                + $" nothing was changed on it. To convert it: 'units dispose {run.UnitId} --as retest'.");
        }

        if (run.Story?.Decision is not { Word: "quarantine" or "scrap" } decision)
            return null;
        return StepOutcome.Abort(
            "quarantined",
            $"{decision.Operator} decided '{decision.Word}' on {decision.At:yyyy-MM-dd HH:mm} UTC: {decision.Reason}",
            $"Keep the unit apart; nothing was changed on it. To work on it: 'units dispose {run.UnitId} --as retest'.");
    }

    private static StepOutcome? Passed(ActiveRun run)
    {
        if (run.Recipe.ConvertsAgain || run.Story?.StandingPass(run.Lot) is not { } passed)
            return null;
        return StepOutcome.Abort(
            "already-passed",
            $"the unit passed in this lot before, in slot {passed.Opening.Slot} at {passed.StartedAt:yyyy-MM-dd HH:mm:ss} UTC, run {passed.Id}",
            "Take the unit out: it is done, and nothing was changed on it.");
    }

    private static StepOutcome? TwoSlots(ActiveRun run)
    {
        if (run.Agreement.AtWork.Enter(new UnitAtWork(run.Record.Id, run.Bench.Slot.Number, run.Marks!)) is not { } found)
            return null;
        return Twice(run, found.Other, found.IsErasing ? "that one is being written already and is finished, this one was not touched" : "nothing was changed on either");
    }

    /// <summary>Other marks prove two units. The same marks may be a copy or one unit on crossed wires, so they scrap nobody.</summary>
    private static StepOutcome? Twice(ActiveRun run, UnitAtWork other, string touched)
    {
        UnitMarks mine = run.Marks!;
        string where = $"slot {other.Slot} works at the same time (run {other.Run}) on a unit with";
        if (Differ(mine, other.Marks) is not { } differ)
        {
            return StepOutcome.Abort(
                "held",
                $"{where} the same marks, MAC {mine.Mac ?? "not readable"} and the same RF sector; {touched}",
                $"Take both units out and check that the wires of slots {run.Bench.Slot.Number} and {other.Slot} are not crossed; then put in one alone. If both answer alone, one is a copy: keep both apart.");
        }

        return mine.Mac is not null && run.Recipe.AllowedMacs.Contains(mine.Mac)
            ? null
            : StepOutcome.Fail("mac-duplicate", $"{where} the MAC {mine.Mac} too, and it is another: {differ} (this one first); {touched}", KeepBothApart) with { BackupFirst = true };
    }

    private static async Task<StepOutcome?> DuplicateAsync(ActiveRun run, CancellationToken cancel)
    {
        if (run.Mac is not { } mac || run.Recipe.AllowedMacs.Contains(mac))
            return null;
        if (await run.Journal.SameMacAsync(run.UnitId!.Value, run.Marks!, cancel) is not { } other)
            return null;
        await RequireSameRfSectorAsync(run, cancel);
        string who = $"unit {other.Unit} had the MAC {mac} before: lot {other.Lot}, jig {other.Jig}, slot {other.Slot}, {other.StartedAt:yyyy-MM-dd HH:mm:ss} UTC, run {other.Run}";
        string differ = Differ(run.Marks!, other.Marks) ?? "marks";
        if (HardwareDiffers(run.Marks!, other.Marks) || !MayHaveChanged(await run.Journal.RunsAsync(new RunQuery(Unit: other.Unit, ClosedOnly: true), cancel)))
            return StepOutcome.Fail("mac-duplicate", $"{who}; this is another one: {differ} (this one first)", KeepBothApart) with { BackupFirst = true };
        return StepOutcome.Abort(
            "held",
            $"{who}; only the RF sector differs, and that unit was started after its write without its RF sector being read again: this may be that unit, with its calibration changed ({differ})",
            $"If it is the same unit by its label, allow its MAC in the recipe: 'mac: [{mac}]'. If there are two, keep both apart. Nothing was changed on it.") with
        { BackupFirst = true };
    }

    /// <summary>What would condemn the unit is read twice.</summary>
    private static async Task RequireSameRfSectorAsync(ActiveRun run, CancellationToken cancel)
    {
        if (run.RfSector is not { } first || run.Layout is not { } layout)
            return;
        byte[] again = (await run.ReadProvenAsync(layout.RfSector, cancel)).Bytes;
        int at = again.AsSpan().CommonPrefixLength(first);
        if (at < first.Length)
        {
            throw new BenchException(
                BenchReasons.ReadMismatch,
                $"the RF sector reads differently a second time, from {layout.RfSector.Start + (uint)at} on",
                "Check the slot's wires and contacts, then retest the unit.");
        }
    }

    private static StepOutcome? CutOff(ActiveRun run)
    {
        if (run.Story?.Interrupted is not { } cutOff)
            return null;
        run.CutOff = cutOff;
        if (cutOff.IsRestore && run.Restore is null)
        {
            return StepOutcome.Abort(
                "held",
                $"{cutOff.Text}; that was a restore, and nothing was changed on it now",
                $"Give 'restore --unit {run.Mac ?? run.UnitId.ToString()} …' again, as it was given before; converted it can be once its restore is done.");
        }

        if (run.Recipe.Interrupted != InterruptedUnit.Hold)
            return null;
        return StepOutcome.Abort(
            "held",
            $"{cutOff.Text}; the recipe leaves such a unit to a person, and nothing was changed on it now",
            $"Go on with a recipe that says 'interrupted: resume', or bring its own firmware back with 'restore --unit {run.Mac ?? run.UnitId.ToString()}'.");
    }

    /// <summary>The unit ran an application after its last write, and nobody has looked at its RF sector since.</summary>
    internal static bool MayHaveChanged(IReadOnlyList<RunRecord> closed) =>
        closed.FirstOrDefault(one => one.Closing!.State != UnitState.Untouched) is { Closing: { State: >= UnitState.Written, Reason: not "rf-changed" } } last
        && !last.Claims.Any(claim => claim.Name == "rf-sector");

    internal static bool HardwareDiffers(UnitMarks one, UnitMarks other) =>
        Both(one.Chip, other.Chip) || Both(one.ChipId, other.ChipId) || Both(one.FlashId, other.FlashId) || Both(one.KeyClass, other.KeyClass);

    /// <summary>The marks that both units show and that differ, as words; null where none does.</summary>
    internal static string? Differ(UnitMarks one, UnitMarks other)
    {
        List<string> differ = [];
        Tell("chip", one.Chip, other.Chip);
        Tell("chip id", one.ChipId, other.ChipId);
        Tell("flash id", one.FlashId, other.FlashId);
        Tell("eFuse key", one.KeyClass, other.KeyClass);
        Tell("RF sector", Short(one.RfSha256), Short(other.RfSha256));
        return differ.Count == 0 ? null : string.Join(", ", differ);

        void Tell(string name, string? first, string? second)
        {
            if (Both(first, second))
                differ.Add($"{name} {first} | {second}");
        }
    }

    private static string? Short(string? sha256) => sha256 is { Length: > 12 } ? sha256[..12] + "…" : sha256;

    private static bool Both(string? one, string? other) => one is not null && other is not null && one != other;
}

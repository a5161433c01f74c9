using System.Globalization;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Hosting;

/// <summary>The units that were in work when nothing could be recorded any more: their runs have no end, but an operator must know what
/// they are.</summary>
internal static class CutOffRuns
{
    private const int Latest = 100;

    /// <summary>One line per slot whose run was not closed.</summary>
    public static async Task<IReadOnlyList<string>> TellAsync(RunJournal journal, string lot, IReadOnlyList<SlotStatus> slots)
    {
        IReadOnlyList<RunRecord> runs;
        try
        {
            runs = await journal.RunsAsync(new RunQuery(Lot: lot, Most: Latest), CancellationToken.None);
        }
        catch (RecordsException)
        {
            // What cannot be written can often be read; where it cannot, the slots themselves know whom they held.
            runs = [];
        }

        return
        [
            .. slots.Where(slot => slot.Phase == SlotPhase.Working).Select(slot =>
                Line(slot, runs.FirstOrDefault(run => run.Closing is null && run.Opening.Slot == slot.Slot))),
        ];
    }

    /// <summary>What is known of one.</summary>
    /// <param name="slot">The slot as it was left.</param>
    /// <param name="run">Its run as far as it was recorded; null where that cannot be read.</param>
    public static string Line(SlotStatus slot, RunRecord? run) =>
        $"slot {slot.Slot}, MAC {run?.Marks?.Mac ?? slot.Mac ?? "not read"}, cut off in {slot.Text}: {State(run)}";

    /// <summary>The state that the next start will record, so that nobody is told two.</summary>
    private static string State(RunRecord? run) => run is null ? "its state cannot be read: put it in again" : RunCloser.Interrupted(run).State switch
    {
        UnitState.Untouched => "untouched: put it in again, nothing was changed on it",
        UnitState.Restored => "restored: its own firmware is back",
        UnitState.Written => "written: put it in again, it starts with a whole image",
        UnitState.Configured => "configured: put it in again, it starts with a whole image",
        UnitState.Erased => $"erased in part ({LastBlock(run)}): put it in again, its write goes on where it stood",
        _ => $"partly written ({LastBlock(run)}): put it in again, its write goes on where it stood",
    };

    private static string LastBlock(RunRecord run) => string.Create(
        CultureInfo.InvariantCulture, $"last block begun: 0x{run.Intents.LastOrDefault(intent => intent.LengthBytes > 0)?.StartAddress:X6}");
}

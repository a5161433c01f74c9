using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Runs.Channels;

/// <summary>How a station's work on a lot ended.</summary>
/// <param name="End">Why it ended.</param>
/// <param name="Lot">Counts of the whole lot, earlier starts included.</param>
/// <param name="Runs">The runs of this start, in the order of their sequence.</param>
/// <param name="EmptySlots">Slots in which nothing was found to do at the end.</param>
/// <param name="SilentSlots">Slots in which something draws current at the end, but does not answer.</param>
/// <param name="Faults">Slots whose bench was at fault during this start, in order of time; those that work again say since when.</param>
/// <param name="StillPowered">Slots that may still have power: their supply did not confirm the last switching off.</param>
public sealed record StationOutcome(
    StationEnd End, LotCounts Lot, IReadOnlyList<RunRecord> Runs, IReadOnlyList<int> EmptySlots, IReadOnlyList<int> SilentSlots,
    IReadOnlyList<SlotFault> Faults, IReadOnlyList<SlotFault> StillPowered)
{
    /// <summary>MACs that the lot's table of units names and that no run of the lot has passed yet.</summary>
    public IReadOnlyList<string> UnusedUnits { get; init; } = [];

    /// <summary>How many runs of this start ended so.</summary>
    public int Count(Verdict verdict) => Runs.Count(run => run.Closing!.Verdict == verdict);
}

/// <summary>Why a station ended.</summary>
public enum StationEnd
{
    /// <summary>As many runs have a verdict as were asked for.</summary>
    UnitsDone,

    /// <summary>Nothing was to be done for longer than asked to wait.</summary>
    WaitedOut,

    /// <summary>No slot could be opened.</summary>
    NoSlot,

    /// <summary>Somebody stopped it.</summary>
    Stopped,
}

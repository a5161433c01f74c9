using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>The units that the slots of one station work on at this moment: no MAC is converted in two slots at once.</summary>
/// <remarks>Safe for many channels at once. Nobody waits for another slot (law 5): who comes second is told at once, who came first asks before its
/// first erase. A unit whose erase has begun is finished: stopping it would only leave it half written.</remarks>
public sealed class UnitsAtWork
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Entry> _entries = [];

    /// <summary>A slot has identified its unit.</summary>
    /// <returns>The unit with the same MAC or the same RF sector that another slot works on, and whether its erase has begun; null where there is none.</returns>
    public (UnitAtWork Other, bool IsErasing)? Enter(UnitAtWork mine)
    {
        lock (_gate)
        {
            Entry entry = new(mine);
            _entries[mine.Run] = entry;
            if (_entries.Values.FirstOrDefault(one => one.Unit.Run != mine.Run && IsSame(one.Unit.Marks, mine.Marks)) is not { } other)
                return null;
            entry.Contested = other.Unit;
            if (!other.IsErasing)
                other.Contested ??= mine;
            return (other.Unit, other.IsErasing);
        }
    }

    /// <summary>A slot is about to erase for the first time. Once this returned null, no later unit stops it.</summary>
    /// <returns>The unit in another slot that must keep it from that; null where there is none.</returns>
    public UnitAtWork? BeginErase(Guid run)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(run, out Entry? entry))
                return null;
            entry.IsErasing = entry.Contested is null;
            return entry.Contested;
        }
    }

    /// <summary>A run is over.</summary>
    public void Leave(Guid run)
    {
        lock (_gate)
            _entries.Remove(run);
    }

    private static bool IsSame(UnitMarks one, UnitMarks other) =>
        (one.Mac is not null && one.Mac == other.Mac) || (one.RfSha256 is not null && one.RfSha256 == other.RfSha256);

    private sealed class Entry(UnitAtWork unit)
    {
        public UnitAtWork Unit { get; } = unit;

        public UnitAtWork? Contested { get; set; }

        public bool IsErasing { get; set; }
    }
}

using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>Takes finished units out of their slots and puts in the next of the crate, as a person would who watches the slots' power.</summary>
/// <remarks>A slot is finished when, behind a power cycle with real work, two came in which the loader was only looked at: the station's own presence
/// look, and before it either another one or the last step of a run, which looks the same. A unit that never answers, or has fallen silent, is taken
/// out after some power cycles without an answer; its slot then stays empty for two looks, because the station cannot tell the units apart.</remarks>
internal sealed class StandInOperator(Crate crate, Func<UnitBirth, Unit> make, BenchClock clock, Action<string> say)
{
    private const int WorkReads = 64;
    private const int LooksAfterWork = 2;
    private const int SilentCycles = 6;
    private const int EmptyLooks = 2;

    private readonly Dictionary<Slot, SlotWatch> _watches = [];
    private readonly Lock _gate = new();

    /// <summary>Fills the slots at the start, and watches them where asked to.</summary>
    public void Begin(IEnumerable<Slot> slots, bool swaps)
    {
        foreach (Slot slot in slots)
        {
            PutNext(slot);
            if (swaps)
                slot.CycleEnded = Watch;
        }
    }

    private void Watch(Slot slot, CycleReport? cycle)
    {
        lock (_gate)
        {
            if (!_watches.TryGetValue(slot, out SlotWatch? watch))
                _watches[slot] = watch = new SlotWatch();
            if (cycle is null)
            {
                if (watch.EmptyLooksLeft > 0 && --watch.EmptyLooksLeft == 0)
                    PutNext(slot);
                return;
            }

            if (!watch.IsFinished(cycle))
                return;
            bool wasSilent = watch.Silent >= SilentCycles;
            _watches[slot] = new SlotWatch { EmptyLooksLeft = wasSilent ? EmptyLooks : 0 };
            say($"slot {slot.Number}: {slot.Look(unit => unit?.Serial)} taken out");
            slot.Put(null, clock.Now);
            if (!wasSilent)
                PutNext(slot);
        }
    }

    private void PutNext(Slot slot)
    {
        if (crate.Take(slot.Number) is not { } birth)
            return;
        slot.Put(make(birth), clock.Now);
        say($"slot {slot.Number}: {birth.Serial} put in");
    }

    private sealed class SlotWatch
    {
        private bool _hasWorked;
        private bool _hasAnswered;
        private int _looks;

        public int Silent { get; private set; }

        public int EmptyLooksLeft { get; set; }

        public bool IsFinished(CycleReport cycle)
        {
            if (cycle.Reads >= WorkReads || cycle.Touches > 0)
            {
                (_hasWorked, _hasAnswered, _looks, Silent) = (true, true, 0, 0);
            }
            else if (cycle.WasLinked)
            {
                (_hasAnswered, Silent) = (true, 0);
                _looks += _hasWorked ? 1 : 0;
            }
            else if (cycle.Starts == 0 || !_hasAnswered)
            {
                Silent++;
            }

            return _looks >= LooksAfterWork || Silent >= SilentCycles;
        }
    }
}

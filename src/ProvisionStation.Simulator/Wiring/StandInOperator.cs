using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>Takes finished units out of their slots and puts in the next of the crate, as a person would who watches the slots'
/// power.</summary>
/// <remarks>A slot is finished when, behind a power cycle with real work, two came in which the loader was only looked at: the station's
/// own presence
/// look, and before it either another one or the last step of a run, which looks the same. A unit that never answers, or has fallen
/// silent, is taken
/// out after some power cycles without an answer; its slot then stays empty for two looks, because the station cannot tell the units
/// apart.</remarks>
internal sealed class StandInOperator(Crate crate, Func<UnitBirth, Unit> make, BenchClock clock, Action<string> say)
{
    private const int EmptyLooks = 2;

    private readonly Dictionary<Slot, FinishRule> _watches = [];
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
            if (!_watches.TryGetValue(slot, out FinishRule? watch))
                _watches[slot] = watch = new FinishRule();
            if (cycle is null)
            {
                if (watch.EmptyLooksLeft > 0 && --watch.EmptyLooksLeft == 0)
                    PutNextSoon(slot);
                return;
            }

            if (!watch.IsFinished(cycle))
                return;
            bool wasSilent = watch.IsSilent;
            _watches[slot] = new FinishRule { EmptyLooksLeft = wasSilent ? EmptyLooks : 0 };
            say($"slot {slot.Number}: {slot.Look(unit => unit?.Serial)} taken out");
            slot.Put(null, clock.Now);
            if (!wasSilent)
                PutNextSoon(slot);
        }
    }

    /// <summary>Making a unit takes a moment, which the supply's client must not wait for.</summary>
    private void PutNextSoon(Slot slot) => ThreadPool.QueueUserWorkItem(_ => PutNext(slot));

    private void PutNext(Slot slot)
    {
        if (crate.Take(slot.Number) is not { } birth)
            return;
        Unit unit = make(birth);
        try
        {
            slot.Put(unit, clock.Now);
            say($"slot {slot.Number}: {birth.Serial} put in");
        }
        catch (FormatException e)
        {
            say($"{birth.Serial} stays out: {e.Message}"); // a person was quicker
        }
    }
}

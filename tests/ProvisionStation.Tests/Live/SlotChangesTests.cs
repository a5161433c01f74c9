using ProvisionStation.Live;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Tests.Live;

public sealed class SlotChangesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 8, 0, 0, TimeSpan.Zero);
    private readonly SlotChanges _changes = new("ends after 120 s without work");

    [Fact]
    public void Once_every_slot_is_open_it_is_said_that_work_can_begin()
    {
        Assert.Empty(_changes.Look([Slot(1, SlotPhase.Opening, "opening"), Slot(2, SlotPhase.Empty, "empty")], Now));
        string line = Assert.Single(_changes.Look([Slot(1, SlotPhase.Empty, "empty"), Slot(2, SlotPhase.Empty, "empty")], Now));
        Assert.Equal("2 slots open, waiting for units; ends after 120 s without work, Ctrl-C stops", line);
        Assert.Empty(_changes.Look([Slot(1, SlotPhase.Empty, "empty"), Slot(2, SlotPhase.Empty, "empty")], Now));
    }

    [Fact]
    public void A_slot_that_does_not_open_does_not_hold_it_up()
    {
        SlotStatus[] slots = [Slot(1, SlotPhase.Opening, "opening"), Slot(2, SlotPhase.Fault, "gone"), Slot(3, SlotPhase.Empty, "empty")];
        Assert.Empty(_changes.Look(slots, Now));
        Assert.Empty(_changes.Look(slots, Now.AddSeconds(9.9)));
        Assert.StartsWith("1 of 3 slots open", Assert.Single(_changes.Look(slots, Now.AddSeconds(10))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_that_becomes_empty_or_silent_is_told_once()
    {
        _changes.Look([Slot(1, SlotPhase.Done, "PASS")], Now);
        Assert.Equal("slot 1: empty", Assert.Single(_changes.Look([Slot(1, SlotPhase.Empty, "empty")], Now)));
        Assert.Equal("slot 1: draws 8.1 mA", Assert.Single(_changes.Look([Slot(1, SlotPhase.Silent, "draws 8.1 mA")], Now)));
        Assert.Empty(_changes.Look([Slot(1, SlotPhase.Silent, "draws 12 mA")], Now));
    }

    [Fact]
    public void A_run_its_verdict_and_a_fault_are_told_elsewhere()
    {
        _changes.Look([Slot(1, SlotPhase.Empty, "empty")], Now);
        Assert.Empty(_changes.Look([Slot(1, SlotPhase.Working, "power")], Now));
        Assert.Empty(_changes.Look([Slot(1, SlotPhase.Working, "backup")], Now));
        Assert.Empty(_changes.Look([Slot(1, SlotPhase.Done, "FAIL no-boot: red box")], Now));
        Assert.Empty(_changes.Look([Slot(1, SlotPhase.Fault, "the port is gone")], Now));
    }

    private static SlotStatus Slot(int number, SlotPhase phase, string text) => new(number, phase, text, null, 0, 0, 0, Now);
}

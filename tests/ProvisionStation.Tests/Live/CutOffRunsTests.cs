using ProvisionStation.Hosting;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Channels;
using ProvisionStation.Tests.Records;

namespace ProvisionStation.Tests.Live;

public sealed class CutOffRunsTests
{
    private static readonly SlotStatus Slot = new(2, SlotPhase.Working, "write", "18DE5019F0BE", 0, 0, 0, FixedClock.Start);
    private static readonly Intent Unprotect = new("unprotect", 0, 0);
    private static readonly Intent First = new("image", 0x11000, 0xF000);
    private static readonly Intent Second = new("image", 0x20000, 0x10000);

    public static TheoryData<string, UnitState, Intent[], string[]> Cases => new()
    {
        { "untouched:", UnitState.Untouched, [], [] },
        { "untouched:", UnitState.Untouched, [Unprotect], [] },
        { "erased in part (last block begun: 0x011000):", UnitState.Erased, [Unprotect, First], [] },
        { "partly written (last block begun: 0x020000):", UnitState.PartlyWritten, [First, Second, Unprotect], [] },
        { "written:", UnitState.Written, [First, Second], ["verify"] },
        { "configured:", UnitState.Configured, [First, Second], ["verify", "configure"] },
    };

    [Theory, MemberData(nameof(Cases))]
    public void The_operator_is_told_the_state_that_the_next_start_records(string told, UnitState recorded, Intent[] intents, string[] passed)
    {
        RunRecord run = new(
            Guid.NewGuid(), Guid.NewGuid(), FixedClock.Start, DataFolder.Opening(2), null, null, null, null, null, null, null,
            [.. passed.Select(step => DataFolder.Step(step))], intents, [], []);
        Assert.StartsWith($"slot 2, MAC 18DE5019F0BE, cut off in write: {told}", CutOffRuns.Line(Slot, run), StringComparison.Ordinal);
        Assert.Equal(recorded, RunCloser.Interrupted(run).State);
    }

    [Fact]
    public void A_run_that_cannot_be_read_has_no_state() => Assert.Contains("its state cannot be read", CutOffRuns.Line(Slot, null), StringComparison.Ordinal);
}

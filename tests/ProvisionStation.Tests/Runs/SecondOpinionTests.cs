using System.Text;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Records;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>When a dead unit gets a second opinion, and what is compared for it.</summary>
public sealed class SecondOpinionTests
{
    private static CancellationToken Cancel => FakeUnitRun.Cancel;

    [Theory]
    [InlineData("no-boot", UnitState.Written, true)]
    [InlineData("stalled-boot", UnitState.Configured, true)]
    [InlineData("boot-loop", UnitState.Written, true)]
    [InlineData("stalled-boot", UnitState.PartlyWritten, false)]
    [InlineData("stalled-boot", UnitState.Untouched, false)]
    [InlineData("stalled-boot", UnitState.Restored, false)]
    [InlineData("current-low", UnitState.Configured, false)]
    [InlineData("rf-changed", UnitState.Configured, false)]
    [InlineData(null, UnitState.Configured, false)]
    public async Task It_is_for_units_that_do_not_live_although_every_byte_was_right(string? reason, UnitState state, bool isWanted)
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        await made.BackUpAsync();
        made.Run.State = state;
        Assert.Equal(isWanted, await SecondOpinion.IsWantedAsync(made.Run, reason, Cancel));
    }

    [Theory, InlineData("Info:MAIN:###### safe mode activated - boot failures 5\r\n", false), InlineData("Info:MAIN:Main_Init_Before_Delay\r\n", true)]
    public void It_is_not_for_firmware_in_safe_mode_which_lives(string line, bool isMeant)
    {
        ObkBootLog log = new();
        log.Feed(Encoding.ASCII.GetBytes(line));
        Assert.Equal(isMeant, SecondOpinion.IsMeantFor("boot-loop", UnitState.Written, log));
    }

    [Theory, InlineData(Verdict.Pass, false), InlineData(Verdict.Fail, false), InlineData(Verdict.Error, true), InlineData(Verdict.Aborted, true)]
    public async Task A_unit_gets_it_once_unless_it_could_not_be_finished(Verdict before, bool isWanted)
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        await made.BackUpAsync();
        made.Run.State = UnitState.Written;
        string? reason = before == Verdict.Pass ? null : "stalled-boot";
        await made.Run.Record.AddStepAsync(new StepRecord("diagnose", before, reason, 1, DateTimeOffset.UnixEpoch, TimeSpan.Zero, "done", []), Cancel);
        Assert.Equal(isWanted, await SecondOpinion.IsWantedAsync(made.Run, "stalled-boot", Cancel));
    }

    [Theory]
    [InlineData(0x3000, "loader")]
    [InlineData(0x11000, "image")]
    [InlineData(0x1CFFFF, "between image and RF sector")]
    [InlineData(0x1D0000, "RF sector")]
    [InlineData(0x1D1000, "configuration sector")]
    [InlineData(0x1D2000, "network parameters")]
    [InlineData(0x1ED000, "vendor store")]
    [InlineData(0x1FFFFF, "vendor store")]
    public async Task Every_part_that_differs_is_named_with_its_first_address_and_count(int at, string part)
    {
        await using FakeUnitRun made = await ConvertedAsync();
        byte[] now = [.. made.Loader.Chip.Flash];
        Assert.Empty(FlashComparison.Differences(made.Run, now));
        now[at] ^= 0x10;
        FlashDifference found = Assert.Single(FlashComparison.Differences(made.Run, now));
        Assert.StartsWith(part, found.Part, StringComparison.Ordinal);
        Assert.Equal(((uint)at, 1), (found.First.Value, found.Bytes));
    }

    [Fact]
    public async Task A_slot_that_can_see_nothing_writes_nothing_back()
    {
        await using FakeUnitRun made = await ConvertedAsync();
        int erases = made.Loader.Chip.Erases.Count;
        SecondOpinion opinion = new("stalled-boot");
        Assert.Null((await opinion.RunAsync(made.Run, Cancel)).Reason);
        Assert.Null(opinion.Finding);
        Assert.Equal(erases, made.Loader.Chip.Erases.Count);
        Assert.Equal(1, made.Count("SELECT count(*) FROM claim WHERE name = 'second-opinion' AND value = 'cannot-tell'"));
    }

    private static async Task<FakeUnitRun> ConvertedAsync()
    {
        FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        Assert.Null((await made.BackUpAsync()).Reason);
        Assert.Null((await new WriteStep().RunAsync(made.Run, Cancel)).Reason);
        Assert.Null((await new VerifyStep().RunAsync(made.Run, Cancel)).Reason);
        return made;
    }
}

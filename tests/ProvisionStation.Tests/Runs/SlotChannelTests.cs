using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Runs.Channels;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>Laws 2, 5 and 11 in the worker of a slot.</summary>
public sealed class SlotChannelTests
{
    [Fact]
    public async Task Law_2_a_channel_shows_no_pass_whose_record_cannot_be_read_back_and_ends()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        string before = Path.Combine(station.Data.Path, "before.db");
        using (DbConnection raw = station.Data.Raw())
            DataFolder.Sql(raw, $"VACUUM INTO '{before}'");
        station.Journal.Database.ReadBackFrom = () => before;
        (SlotChannel channel, Task worker) = station.Start(1, Gate(), FakeStep.Pass("power"));
        await Assert.ThrowsAsync<RecordsException>(() => worker);
        Assert.Empty(station.Events.OfType<RunFinished>());
        Assert.DoesNotContain("PASS", channel.Status.Text, StringComparison.Ordinal);
        Assert.False(station.Slots[0].IsOn);
    }

    [Fact]
    public async Task Law_5_a_slot_that_hangs_in_a_step_holds_up_no_other()
    {
        await using FakeStation station = await FakeStation.OpenAsync(2, "power");
        RunGate gate = Gate();
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (SlotChannel hung, Task worker) = station.Start(1, gate, new FakeStep("power", async (_, _) =>
        {
            reached.SetResult();
            await release.Task; // listens to nobody
            return StepOutcome.Pass("at last");
        }));
        await reached.Task;
        station.Start(2, gate, FakeStep.Pass("power"));
        RunFinished other = await station.FinishedAsync(2);
        Assert.Equal(Verdict.Pass, other.Record.Closing!.Verdict);
        Assert.Equal(SlotPhase.Working, hung.Status.Phase);
        Assert.False(worker.IsCompleted);
        release.SetResult();
        Assert.Equal(Verdict.Pass, (await station.FinishedAsync(1)).Record.Closing!.Verdict);
    }

    [Theory, MemberData(nameof(UnitRunnerTests.ProgramFaults), MemberType = typeof(UnitRunnerTests))]
    public async Task Law_5_whatever_is_thrown_outside_a_run_ends_neither_its_own_channel_nor_another(string fault)
    {
        await using FakeStation station = await FakeStation.OpenAsync(2, "power");
        RunGate gate = Gate();
        station.Slots[0].OffFault = UnitRunnerTests.Fault(fault);
        (SlotChannel bad, Task worker) = station.Start(1, gate, FakeStep.Pass("power"));
        await FakeStation.UntilAsync(() => !station.Faults.IsEmpty || worker.IsCompleted);
        Assert.False(worker.IsCompleted, $"the channel ended: {worker.Exception}");
        Assert.Equal((1, "station-fault"), (Assert.Single(station.Faults).Slot, station.Faults.First().Reason));
        Assert.Equal(SlotPhase.Fault, bad.Status.Phase);
        station.Start(2, gate, FakeStep.Pass("power"));
        Assert.Equal(Verdict.Pass, (await station.FinishedAsync(2)).Record.Closing!.Verdict);
    }

    [Fact]
    public async Task Law_11_a_slot_that_was_cut_off_is_latched_and_never_switched_on_again()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        station.UnitsPerSlot = 2;
        station.Slots[0].Milliamperes = 260;
        (SlotChannel channel, _) = station.Start(1, Gate(), new FakeStep("power", async (run, cancel) =>
        {
            await run.Bench.PowerOnAsync(cancel);
            await run.Current.StartAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, run.Clock, cancel);
            return StepOutcome.Pass("never");
        }));
        await FakeStation.UntilAsync(() => channel.Status.Phase == SlotPhase.Latched);
        Assert.Equal("short", (await station.FinishedAsync(1)).Record.Closing!.Reason);
        // A channel that forgets its latch asks for the next unit at once, and a second run begins.
        using CancellationTokenSource second = new(TimeSpan.FromSeconds(1), TimeProvider.System);
        while (!second.IsCancellationRequested && station.Asked < 2)
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, FakeStation.Cancel);
        Assert.Equal(1, station.Asked);
        Assert.Equal((1, false), (station.Slots[0].Ons, station.Slots[0].IsOn));
        Assert.Equal(SlotPhase.Latched, channel.Status.Phase);
        RecordedFact disabled = Assert.Single(await station.Journal.FactsAsync(FactKinds.SlotDisabled, null, FakeStation.Cancel));
        Assert.Equal("short", disabled.Fact["reason"]);
        for (int twice = 0; twice < 2; twice++)
            await SlotFacts.EnabledByStartAsync(station.Journal, disabled.Subject.Replace(" slot 1", "", StringComparison.Ordinal), 1, "Ada", FakeStation.Cancel);
        Assert.Equal(disabled.Subject, Assert.Single(await station.Journal.FactsAsync(FactKinds.SlotEnabled, null, FakeStation.Cancel)).Subject);
    }

    private static RunGate Gate() => new(null, TimeProvider.System);
}

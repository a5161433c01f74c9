using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Channels;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>Laws 2, 4 and 11 where they are kept: in the runner of one unit.</summary>
public sealed class UnitRunnerTests
{
    public static TheoryData<string> ProgramFaults => ["operation", "key", "timeout", "cancelled-by-nobody", "file", "argument"];

    [Fact]
    public async Task Law_2_no_verdict_is_told_of_a_record_that_cannot_be_read_back()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        string before = Path.Combine(station.Data.Path, "before.db");
        using (DbConnection raw = station.Data.Raw())
            DataFolder.Sql(raw, $"VACUUM INTO '{before}'");
        station.Journal.Database.ReadBackFrom = () => before;
        await Assert.ThrowsAsync<RecordsException>(() => station.RunAsync(FakeStep.Pass("power")));
        Assert.Empty(station.Events.OfType<RunFinished>());
        Assert.NotEmpty(station.Events.OfType<RunStarted>());
        Assert.False(station.Slots[0].IsOn);
    }

    [Fact]
    public async Task Law_2_the_verdict_is_told_once_another_connection_finds_the_closing_record()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        List<long> closed = [];
        bool readBack = false;
        Func<string> own = station.Journal.Database.ReadBackFrom;
        station.Journal.Database.ReadBackFrom = () =>
        {
            readBack = true;
            return own();
        };
        station.OnTell = happened =>
        {
            if (happened is RunFinished)
            {
                Assert.True(readBack, "told before it was read back");
                closed.Add(station.Count("SELECT count(*) FROM run_closed WHERE verdict = 'PASS'"));
            }
        };
        RunResult result = await station.RunAsync(FakeStep.Pass("power"));
        Assert.Equal(Verdict.Pass, result.Record.Closing!.Verdict);
        Assert.Equal([1], closed);
    }

    [Fact]
    public async Task Law_4_the_run_is_in_the_journal_before_power_comes_on()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        List<long> runs = [];
        station.Slots[0].BeforeOn = _ =>
        {
            runs.Add(station.Count("SELECT count(*) FROM run"));
            return Task.CompletedTask;
        };
        await station.RunAsync(PowerOn("power"));
        Assert.Equal([1], runs);
        Assert.False(station.Slots[0].IsOn);
    }

    [Theory, MemberData(nameof(ProgramFaults))]
    public async Task Law_4_a_step_that_throws_leaves_a_closed_run_and_no_power(string fault)
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power", "link");
        RunResult result = await station.RunAsync(PowerOn("power"), FakeStep.Throws("link", Fault(fault)));
        await AssertStationFaultAsync(station, result);
        Assert.Equal(1, station.Slots[0].Ons);
    }

    [Fact]
    public async Task Law_4_a_fault_between_steps_leaves_a_closed_run_and_no_power()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power", "link");
        FakeStep bad = FakeStep.Pass("link");
        bad.LimitOf = () => throw new InvalidOperationException("no limit");
        await AssertStationFaultAsync(station, await station.RunAsync(PowerOn("power"), bad));
    }

    [Theory, MemberData(nameof(ProgramFaults))]
    public async Task Law_4_whatever_is_thrown_while_switching_off_no_pass_is_given_and_the_run_is_closed(string fault)
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        FakeStep step = new("power", (_, _) =>
        {
            station.Slots[0].OffFault = Fault(fault);
            return Task.FromResult(StepOutcome.Pass("done"));
        });
        RunResult result = await station.RunAsync(step);
        Assert.Equal((Verdict.Error, "power-stuck"), (result.Record.Closing!.Verdict, result.Record.Closing.Reason));
        Assert.Single(station.Events.OfType<RunFinished>());
    }

    [Fact]
    public async Task A_slot_that_still_draws_current_when_it_is_off_is_power_stuck()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        FakeStep step = new("power", (_, _) =>
        {
            station.Slots[0].StuckMilliamperes = 40;
            return Task.FromResult(StepOutcome.Pass("done"));
        });
        RunResult result = await station.RunAsync(step);
        Assert.Equal((Verdict.Error, "power-stuck"), (result.Record.Closing!.Verdict, result.Record.Closing.Reason));
        Assert.Contains("40.0 mA", result.Record.Closing.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Law_11_too_much_current_cuts_the_power_while_the_step_still_works()
    {
        await using FakeStation station = await FakeStation.OpenAsync(1, "power");
        FakeSlot slot = station.Slots[0];
        slot.Milliamperes = 260;
        bool wasCut = false;
        RunResult result = await station.RunAsync(new FakeStep("power", async (run, cancel) =>
        {
            await run.Bench.PowerOnAsync(cancel);
            await run.Current.StartAsync();
            await FakeStation.UntilAsync(() => run.Current.OverCurrent is not null);
            wasCut = !slot.IsOn; // seen inside the step: nobody but the watch has switched off
            return StepOutcome.Pass("went on as if nothing were wrong");
        }));
        Assert.True(wasCut, "the supply saw no OFF");
        Assert.Equal((Verdict.Fail, "short"), (result.Record.Closing!.Verdict, result.Record.Closing.Reason));
        Assert.True(result.MustStayOff);
    }

    private static FakeStep PowerOn(string name) => new(name, async (run, cancel) =>
    {
        await run.Bench.PowerOnAsync(cancel);
        await run.Current.StartAsync();
        return StepOutcome.Pass("on");
    });

    private static async Task AssertStationFaultAsync(FakeStation station, RunResult result)
    {
        Assert.Equal((Verdict.Error, "station-fault"), (result.Record.Closing!.Verdict, result.Record.Closing.Reason));
        Assert.Equal("station-fault", Assert.Single(await station.Journal.RunsAsync(new RunQuery(), FakeStation.Cancel)).Closing!.Reason);
        Assert.Single(station.Events.OfType<RunFinished>());
        Assert.False(station.Slots[0].IsOn);
    }

    internal static Exception Fault(string fault) => fault switch
    {
        "operation" => new InvalidOperationException("a bug"),
        "key" => new KeyNotFoundException("a bug"),
        "timeout" => new TimeoutException("a bug"),
        "cancelled-by-nobody" => new OperationCanceledException("a bug"),
        "file" => new IOException("a bug"),
        _ => new ArgumentException("a bug"),
    };
}

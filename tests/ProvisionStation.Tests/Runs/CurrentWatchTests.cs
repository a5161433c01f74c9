using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Bench;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>A slot with power is watched, or has no power any more (law 11).</summary>
public sealed class CurrentWatchTests
{
    private const double Cutoff = 200;
    private static readonly JigDevice Shared = new("psu", 1, null, [], [], [], true);

    private readonly SteppedClock _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_meter_that_answers_and_a_supply_that_does_not_limit_keep_the_power_on()
    {
        (CurrentWatch watch, SlotBench bench, _) = await OnAsync();
        await AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.False(watch.Tripped.IsCancellationRequested);
        Assert.True(bench.IsOn);
        Assert.NotEmpty(watch.Since(0));
        await watch.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_without_a_reading_cuts_the_power_and_loses_the_meter(bool hangs)
    {
        (CurrentWatch watch, SlotBench bench, FakeWires wires) = await OnAsync();
        await AdvanceAsync(TimeSpan.FromSeconds(2));
        (wires.MeterHangs, wires.MeterFails) = (hangs, !hangs);
        await AdvanceAsync(TimeSpan.FromSeconds(0.9));
        Assert.Null(watch.MeterFault);
        await TrippedAsync(watch);
        Assert.Equal(BenchReasons.MeterLost, watch.MeterFault!.Reason);
        Assert.Contains("power was cut", watch.MeterFault.Message, StringComparison.Ordinal);
        Assert.Null(watch.OverCurrent);
        Assert.False(bench.IsOn);
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task Readings_that_come_back_within_the_second_keep_the_power_on()
    {
        (CurrentWatch watch, SlotBench bench, FakeWires wires) = await OnAsync();
        for (int lapse = 0; lapse < 5; lapse++)
        {
            wires.MeterFails = true;
            await AdvanceAsync(TimeSpan.FromSeconds(0.8));
            wires.MeterFails = false;
            await AdvanceAsync(TimeSpan.FromSeconds(0.2));
        }

        Assert.False(watch.Tripped.IsCancellationRequested);
        Assert.True(bench.IsOn);
        Assert.NotEmpty(watch.Since(0));
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task A_supply_that_limits_below_the_cut_off_is_cut_and_called_a_short()
    {
        (CurrentWatch watch, SlotBench bench, _) = await OnAsync(before: wires => wires.IsLimiting = true);
        await TrippedAsync(watch);
        Assert.False(bench.IsOn);
        Assert.True(watch.OverCurrent is { InLimit: true, IsShort: true });
        Assert.InRange(watch.OverCurrent.AfterPowerOn, CurrentWatch.Blanking, CurrentWatch.Blanking * 3);
        Assert.StartsWith("the supply is in current limit, mean 60 mA", watch.OverCurrent.Describe(Cutoff), StringComparison.Ordinal);
        Assert.False(watch.OverCurrent.Measured(Cutoff).IsInside);
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task Inrush_that_makes_the_supply_limit_for_a_moment_is_not_looked_at()
    {
        (CurrentWatch watch, SlotBench bench, FakeWires wires) = await OnAsync(before: wires => wires.IsLimiting = true);
        await AdvanceAsync(CurrentWatch.Blanking - TimeSpan.FromMilliseconds(1));
        wires.IsLimiting = false;
        await AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.True(bench.IsOn);
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task A_supply_is_asked_for_its_limit_where_there_is_no_meter_too()
    {
        (CurrentWatch watch, SlotBench bench, FakeWires wires) = await OnAsync(hasMeter: false);
        Assert.Null(await watch.ShortCheckAsync(Cancel));
        await AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.True(bench.IsOn);
        wires.IsLimiting = true;
        await TrippedAsync(watch);
        Assert.False(bench.IsOn);
        Assert.Contains("no reading", watch.OverCurrent!.Describe(Cutoff), StringComparison.Ordinal);
        await watch.DisposeAsync();
    }

    [Fact]
    public async Task A_supply_that_no_longer_says_whether_it_limits_is_lost_power()
    {
        (CurrentWatch watch, SlotBench bench, FakeWires wires) = await OnAsync();
        wires.LimitFails = true;
        await TrippedAsync(watch);
        Assert.Equal(BenchReasons.PowerLost, watch.MeterFault!.Reason);
        Assert.False(bench.IsOn);
        await watch.DisposeAsync();
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(200.1, true)]
    public async Task The_mean_of_300_ms_may_reach_the_cut_off_and_not_pass_it(double milliamperes, bool isCut)
    {
        (CurrentWatch watch, SlotBench bench, _) = await OnAsync(before: wires => wires.Milliamperes.Enqueue(milliamperes));
        if (isCut)
            await TrippedAsync(watch);
        else
            await AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(!isCut, bench.IsOn);
        Assert.Equal(isCut, watch.OverCurrent is { InLimit: false });
        await watch.DisposeAsync();
    }

    private async Task TrippedAsync(CurrentWatch watch)
    {
        TaskCompletionSource tripped = new();
        await using CancellationTokenRegistration told = watch.Tripped.Register(() => tripped.TrySetResult());
        await AdvanceAsync(TimeSpan.FromSeconds(1.5));
        await tripped.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);
    }

    /// <summary>On a thread without a context, where the watch goes on at once when its timer fires. A cut is another thread's work: the clock
    /// must not reach its limit of 2 s meanwhile.</summary>
    private Task AdvanceAsync(TimeSpan by) => Task.Run(() => _clock.Advance(by), Cancel);

    private async Task<(CurrentWatch Watch, SlotBench Bench, FakeWires Wires)> OnAsync(bool hasMeter = true, Action<FakeWires>? before = null)
    {
        FakeWires wires = new(_clock, hasLines: false);
        SlotBench bench = new(
            new JigSlot(1, "port", null, Shared, hasMeter ? Shared : null, null, 1), wires, hasMeter ? wires : null, wires.Open, _clock, wires);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        wires.Milliamperes.Clear();
        wires.Milliamperes.Enqueue(60);
        before?.Invoke(wires);
        if (wires.Milliamperes.Count > 1)
            wires.Milliamperes.Dequeue();
        CurrentWatch watch = new(bench, Cutoff, _clock);
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        await Task.Run(watch.StartAsync, Cancel);
        return (watch, bench, wires);
    }
}

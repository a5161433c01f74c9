using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Bench;

public sealed class SlotBenchTests
{
    private static readonly JigDevice Shared = new("psu", 1, null, [], [], [], true);
    private static readonly JigDevice Rts = new(null, 0, "rts", [], [], [], true);

    private readonly SteppedClock _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pty_is_closed_while_the_slot_is_off_and_opened_before_power_rises()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: false);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        Assert.Equal(["open port 115200", "off", "close port", "open log 115200"], wires.Happened);
        Assert.Throws<InvalidOperationException>(() => bench.Port);
        Assert.False(bench.IsOn);
        wires.Happened.Clear();
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        Assert.Equal(["open port 115200", "on"], wires.Happened);
        Assert.True(bench.IsOn);
        Assert.Equal("port", bench.Port.Path);
        Assert.Equal("log", bench.Log!.Path);
        wires.Happened.Clear();
        await _clock.RunAsync(bench.PowerOffAsync(Cancel));
        Assert.Equal(["off", "close port"], wires.Happened);
        Assert.False(bench.IsOn);
    }

    [Fact]
    public async Task A_port_with_lines_stays_open_with_break_while_the_slot_is_off()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: true);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        Assert.Equal(["open port 115200", "off", "break 1", "open log 115200"], wires.Happened);
        Assert.Equal("port", bench.Port.Path);
        wires.Happened.Clear();
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        await _clock.RunAsync(bench.PowerOffAsync(Cancel));
        Assert.Equal(["break 0", "on", "off", "break 1"], wires.Happened);
    }

    [Fact]
    public async Task With_a_reset_line_power_rises_in_reset()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: true, reset: Rts);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        wires.Happened.Clear();
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        await bench.ReleaseResetAsync(Cancel);
        Assert.Equal(["rts 1", "break 0", "on", "rts 0"], wires.Happened);
        await _clock.RunAsync(bench.PowerOffAsync(Cancel));
        Assert.Equal(["off", "rts 1", "break 1"], wires.Happened.TakeLast(3));
    }

    [Fact]
    public async Task A_reset_that_is_active_high_is_held_by_releasing_the_line()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: true, reset: Rts with { ActiveLow = false });
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        wires.Happened.Clear();
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        await bench.ReleaseResetAsync(Cancel);
        Assert.Equal(["rts 0", "break 0", "on", "rts 1"], wires.Happened);
    }

    [Fact]
    public async Task A_line_of_the_port_may_switch_power()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: true, power: Rts with { Driver = "dtr" }, reset: Rts);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        Assert.Equal(["open port 115200", "dtr 0", "rts 1", "break 1", "open log 115200"], wires.Happened);
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        Assert.Equal("dtr 1", wires.Happened[^1]);
        Assert.Null(await bench.CutPowerAsync());
        Assert.Equal(["dtr 0", "break 1"], wires.Happened.TakeLast(2));
    }

    [Fact]
    public async Task Lines_that_the_port_does_not_have_are_named()
    {
        (SlotBench bench, _) = Make(hasLines: false, reset: Rts);
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => _clock.RunAsync(bench.OpenAsync(Cancel)));
        Assert.Contains("no RTS and DTR", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_lasts_at_least_600_milliseconds()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: false);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        Assert.True(wires.LastOn - wires.LastOff >= TimeSpan.FromMilliseconds(600), $"{wires.LastOn - wires.LastOff}");
        _clock.Advance(TimeSpan.FromSeconds(5));
        await _clock.RunAsync(bench.PowerOffAsync(Cancel));
        _clock.Advance(TimeSpan.FromMilliseconds(590));
        Task on = bench.PowerOnAsync(Cancel);
        Assert.True(wires.LastOn < wires.LastOff);
        await _clock.RunAsync(on);
        Assert.True(wires.LastOn - wires.LastOff >= TimeSpan.FromMilliseconds(600));
    }

    [Fact]
    public async Task Off_is_proven_by_1_milliampere_at_most_within_a_second()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: false);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        wires.Milliamperes.Clear();
        foreach (double reading in new[] { 60.0, 20.0, 1.1, 1.0 })
            wires.Milliamperes.Enqueue(reading);
        await _clock.RunAsync(bench.PowerOffAsync(Cancel));
        wires.Milliamperes.Clear();
        wires.Milliamperes.Enqueue(1.1);
        TimeSpan before = _clock.Elapsed;
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => _clock.RunAsync(bench.PowerOffAsync(Cancel)));
        Assert.Equal(BenchReasons.PowerStuck, error.Reason);
        Assert.InRange((_clock.Elapsed - before).TotalSeconds, 1, 1.1);
        Assert.True(bench.IsOn);
    }

    [Fact]
    public async Task A_meter_that_cannot_prove_it_is_lost()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: false);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        wires.MeterFails = true;
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => _clock.RunAsync(bench.PowerOffAsync(Cancel)));
        Assert.Equal(BenchReasons.MeterLost, error.Reason);
    }

    [Fact]
    public async Task A_cut_gives_up_on_a_hanging_supply_after_2_seconds_and_says_so()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: false);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        wires.SupplyHangs = true;
        TimeSpan before = _clock.Elapsed;
        BenchException? fault = await _clock.RunAsync(bench.CutPowerAsync());
        Assert.Equal(BenchReasons.PowerLost, fault!.Reason);
        Assert.Equal(2, (_clock.Elapsed - before).TotalSeconds);
        Assert.True(bench.IsOn);
    }

    [Fact]
    public async Task A_cut_that_the_supply_refuses_is_returned_and_not_thrown()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: false);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        wires.SupplyFails = true;
        Assert.Equal("refused", (await bench.CutPowerAsync())!.Message);
    }

    [Fact]
    public async Task A_cut_keeps_power_from_coming_on()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: false);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        Task on = bench.PowerOnAsync(Cancel); // waits for the off time
        Assert.Null(await bench.CutPowerAsync());
        Assert.Equal(BenchReasons.PowerLost, (await Assert.ThrowsAsync<BenchException>(() => on)).Reason);
        Assert.DoesNotContain("on", wires.Happened);
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        Assert.Equal("on", wires.Happened[^1]);
    }

    [Fact]
    public async Task A_cut_leaves_the_port_to_whoever_talks_over_it()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: false);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        Assert.Null(await bench.CutPowerAsync());
        Assert.False(bench.IsOn);
        Assert.False(bench.Port.IsGone);
        await _clock.RunAsync(bench.PowerOffAsync(Cancel));
        Assert.Equal("close port", wires.Happened[^1]);
    }

    [Fact]
    public async Task A_pulled_adapter_does_not_keep_the_power_on_and_is_found_again()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: true);
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        foreach (FakePort port in wires.Ports)
            port.IsGone = true;
        wires.Missing.Add("port");
        await _clock.RunAsync(bench.PowerOffAsync(Cancel));
        Assert.False(bench.IsOn);
        Assert.Equal(
            BenchReasons.PortGone, (await Assert.ThrowsAsync<BenchException>(() => _clock.RunAsync(bench.PowerOnAsync(Cancel)))).Reason);
        Assert.Equal("off", wires.Happened.Last(what => what is "on" or "off"));
        wires.Missing.Clear();
        await _clock.RunAsync(bench.PowerOnAsync(Cancel));
        Assert.False(bench.Port.IsGone);
        Assert.False(bench.Log!.IsGone);
    }

    [Fact]
    public async Task Opening_again_closes_what_was_open()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: true);
        wires.Missing.Add("log");
        await Assert.ThrowsAsync<BenchException>(() => _clock.RunAsync(bench.OpenAsync(Cancel)));
        wires.Missing.Clear();
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        Assert.Equal(2, wires.Ports.Count(port => !port.IsGone));
        await bench.DisposeAsync();
        Assert.DoesNotContain(wires.Ports, port => !port.IsGone);
        Assert.Equal("off", wires.Happened.Last(what => what is "on" or "off"));
    }

    [Fact]
    public async Task A_port_that_is_missing_leaves_the_slot_off()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: true);
        wires.Missing.Add("port");
        await Assert.ThrowsAsync<BenchException>(() => _clock.RunAsync(bench.OpenAsync(Cancel)));
        Assert.Equal(["off"], wires.Happened);
        Assert.False(bench.IsOn);
    }

    [Fact]
    public async Task A_slot_whose_port_another_station_holds_is_never_switched()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: true);
        Assert.Null(await bench.CutPowerAsync());
        wires.Busy.Add("port");
        for (int again = 0; again < 2; again++)
        {
            BenchException error = await Assert.ThrowsAsync<BenchException>(() => _clock.RunAsync(bench.OpenAsync(Cancel)));
            Assert.Equal(BenchReasons.PortBusy, error.Reason);
        }

        Assert.Null(await bench.CutPowerAsync());
        await _clock.RunAsync(bench.PowerOffAsync(Cancel));
        await bench.DisposeAsync();
        Assert.Empty(wires.Happened);
    }

    [Fact]
    public async Task A_slot_whose_port_is_free_again_is_switched_off_first()
    {
        (SlotBench bench, FakeWires wires) = Make(hasLines: true);
        wires.Busy.Add("port");
        await Assert.ThrowsAsync<BenchException>(() => _clock.RunAsync(bench.OpenAsync(Cancel)));
        wires.Busy.Clear();
        await _clock.RunAsync(bench.OpenAsync(Cancel));
        Assert.Equal(["open port 115200", "off"], wires.Happened.Take(2));
    }

    private (SlotBench Bench, FakeWires Wires) Make(bool hasLines, JigDevice? power = null, JigDevice? reset = null)
    {
        FakeWires wires = new(_clock, hasLines);
        JigSlot slot = new(1, "port", "log", power ?? Shared, Shared, reset, 1);
        return (new SlotBench(slot, power is null ? wires : null, wires, wires.Open, _clock), wires);
    }
}

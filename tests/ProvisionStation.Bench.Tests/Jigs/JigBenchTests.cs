using ProvisionStation.Bench.Jigs;
using ProvisionStation.Bench.Tests.Support;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Bench.Tests.Jigs;

/// <summary>A jig over a loopback instrument and real pseudo terminals.</summary>
public sealed class JigBenchTests : IDisposable
{
    private readonly Pty _one = new();
    private readonly Pty _two = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("jig-bench-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        Directory.Delete(_folder, true);
    }

    [Fact]
    public async Task Instruments_are_set_up_and_every_channel_is_off_before_a_slot_is_opened()
    {
        await using LoopbackInstrument instrument = new();
        await using JigBench bench = await OpenAsync(instrument);
        Assert.Equal("LOOPBACK,PSU,1,1.0", bench.Identities["psu"]);
        Assert.Equal(
            ["*IDN?", "*CLS", "VOLT 3.3,(@1)", "SYST:ERR?", "VOLT 3.3,(@2)", "SYST:ERR?", "OUTP OFF,(@1)", "SYST:ERR?", "OUTP OFF,(@2)", "SYST:ERR?"],
            instrument.Heard);
    }

    [Fact]
    public async Task A_slot_is_switched_and_talks()
    {
        await using LoopbackInstrument instrument = new();
        await using JigBench bench = await OpenAsync(instrument);
        SlotBench slot = bench.Slot(1);
        await slot.OpenAsync(Cancel);
        Assert.Throws<InvalidOperationException>(() => slot.Port);
        await slot.PowerOnAsync(Cancel);
        await slot.Port.WriteAsync(new byte[] { 1, 2, 3 }, TimeSpan.FromSeconds(1), Cancel);
        Assert.Equal([1, 2, 3], _one.Receive(3));
        instrument.Measured = "+6.24000E-02";
        Assert.Equal(62.4, await slot.Meter!.ReadMilliamperesAsync(Cancel), 6);
        instrument.Measured = "0";
        await slot.PowerOffAsync(Cancel);
        Assert.False(slot.IsOn);
        Assert.Equal(
            ["OUTP ON,(@1)", "OUTP OFF,(@1)"],
            instrument.Heard.Where(line => line.StartsWith("OUTP", StringComparison.Ordinal)).TakeLast(2));
    }

    [Fact]
    public async Task Power_that_stays_is_said_to_be_stuck()
    {
        await using LoopbackInstrument instrument = new() { Measured = "0.0011" };
        await using JigBench bench = await OpenAsync(instrument);
        Assert.Equal(BenchReasons.PowerStuck, (await Assert.ThrowsAsync<BenchException>(() => bench.Slot(1).OpenAsync(Cancel))).Reason);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("9.91E37")]
    [InlineData(null)]
    public async Task Nonsense_and_silence_are_a_lost_meter_and_the_meter_comes_back(string? answer)
    {
        await using LoopbackInstrument instrument = new();
        await using JigBench bench = await OpenAsync(instrument);
        instrument.Measured = answer;
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => bench.Slot(1).Meter!.ReadMilliamperesAsync(Cancel).AsTask());
        Assert.Equal(BenchReasons.MeterLost, error.Reason);
        instrument.Measured = "0.05";
        Assert.Equal(50, await bench.Slot(2).Meter!.ReadMilliamperesAsync(Cancel), 6);
    }

    [Fact]
    public async Task A_channel_that_falls_silent_is_cut_and_its_neighbour_is_read_and_switched_as_before()
    {
        await using LoopbackInstrument instrument = new();
        await using JigBench bench = await OpenAsync(instrument);
        (SlotBench one, SlotBench two) = (bench.Slot(1), bench.Slot(2));
        await using CurrentWatch first = new(one, 200, TimeProvider.System);
        await using CurrentWatch second = new(two, 200, TimeProvider.System);
        await Task.WhenAll(one.OpenAsync(Cancel), two.OpenAsync(Cancel));
        await Task.WhenAll(one.PowerOnAsync(Cancel), two.PowerOnAsync(Cancel));
        instrument.Measured = "0.06";
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await Wait.UntilAsync(() => first.Last is not null && second.Last is not null);
        using IDisposable closer = second.LookClosely();
        long from = TimeProvider.System.GetTimestamp();
        instrument.Silent = "MEAS:CURR? (@1)";
        await Wait.UntilAsync(() => first.Tripped.IsCancellationRequested);
        Assert.Equal(BenchReasons.MeterLost, first.MeterFault!.Reason);
        Assert.Null(first.CutFault);
        Assert.False(one.IsOn);
        Assert.Equal(0, await SilentReadsAsync(one, 3));
        int readings = second.Since(from).Count;
        double seconds = TimeProvider.System.GetElapsedTime(from).TotalSeconds;
        TestContext.Current.SendDiagnosticMessage("slot 2: {0} readings in {1:0.00} s", readings, seconds);
        Assert.True(readings >= 5 * seconds, $"slot 2 had {readings} readings in {seconds:0.00} s");
        Assert.Null(second.MeterFault);
        Assert.Null(await two.CutPowerAsync());
        Assert.False(two.IsOn);
        Assert.Equal(1, instrument.Connections);
    }

    [Fact]
    public async Task A_refused_command_is_lost_power_with_the_instruments_words()
    {
        await using LoopbackInstrument instrument = new();
        await using JigBench bench = await OpenAsync(instrument);
        await bench.Slot(1).OpenAsync(Cancel);
        instrument.QueueError("-222,\"Data out of range\"");
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => bench.Slot(1).PowerOnAsync(Cancel));
        Assert.Equal(BenchReasons.PowerLost, error.Reason);
        Assert.Contains("-222,\"Data out of range\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dropped_connection_is_made_again_with_its_setup()
    {
        await using LoopbackInstrument instrument = new();
        await using JigBench bench = await OpenAsync(instrument);
        instrument.Drop();
        Assert.Equal(0, await bench.Slot(1).Meter!.ReadMilliamperesAsync(Cancel));
        Assert.Equal(2, instrument.Connections);
        Assert.Equal(2, instrument.Heard.Count(line => line == "VOLT 3.3,(@2)"));
    }

    [Fact]
    public async Task Sixteen_readers_at_once_get_their_own_answers()
    {
        await using LoopbackInstrument instrument = new() { Measured = "0.001" };
        await using JigBench bench = await OpenAsync(instrument);
        double[] readings = await Task.WhenAll(
            Enumerable.Range(0, 160).Select(i => bench.Slot((i % 2) + 1).Meter!.ReadMilliamperesAsync(Cancel).AsTask()));
        Assert.All(readings, reading => Assert.Equal(1, reading, 6));
        Assert.Equal(160, instrument.Heard.Count(line => line.StartsWith("MEAS", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_instrument_that_is_not_there_is_lost_power_with_a_remedy()
    {
        LoopbackInstrument instrument = new();
        await instrument.DisposeAsync();
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => OpenAsync(instrument));
        Assert.Equal(BenchReasons.PowerLost, error.Reason);
        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public async Task One_slots_pulled_adapter_leaves_the_other_slot_alone_and_its_own_power_off()
    {
        await using LoopbackInstrument instrument = new();
        await using JigBench bench = await OpenAsync(instrument);
        SlotBench one = bench.Slot(1);
        SlotBench two = bench.Slot(2);
        await Task.WhenAll(one.OpenAsync(Cancel), two.OpenAsync(Cancel));
        await Task.WhenAll(one.PowerOnAsync(Cancel), two.PowerOnAsync(Cancel));
        _one.Dispose();
        Assert.Equal(
            BenchReasons.PortGone,
            (await Assert.ThrowsAsync<BenchException>(() => one.Port.ReadAsync(new byte[1], 1, TimeSpan.FromSeconds(20), Cancel).AsTask())).Reason);
        await two.Port.WriteAsync(new byte[] { 7 }, TimeSpan.FromSeconds(1), Cancel);
        Assert.Equal([7], _two.Receive(1));
        await one.PowerOffAsync(Cancel);
        Assert.False(one.IsOn);
        Assert.Equal(BenchReasons.PortGone, (await Assert.ThrowsAsync<BenchException>(() => one.OpenAsync(Cancel))).Reason);
        Assert.True(two.IsOn);
    }

    [Fact]
    public async Task Programs_switch_and_measure()
    {
        string told = Path.Combine(_folder, "told");
        await using JigBench bench = await OpenExecAsync($"[tee, \"{told}\"]", "[printf, \"0.4 mA\"]");
        SlotBench slot = bench.Slot(1);
        await slot.OpenAsync(Cancel);
        Assert.True(File.Exists(told));
        Assert.Equal(0.4, await slot.Meter!.ReadMilliamperesAsync(Cancel));
    }

    [Theory]
    [InlineData("[\"false\"]", "exit code 1")]
    [InlineData("[no-such-program]", "cannot be started")]
    public async Task A_program_that_fails_is_lost_power(string off, string problem)
    {
        await using JigBench bench = await OpenExecAsync(off, "[printf, \"0 mA\"]");
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => bench.Slot(1).OpenAsync(Cancel));
        Assert.Equal(BenchReasons.PowerLost, error.Reason);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[printf, \"62.4\"]", "no current")]
    [InlineData("[printf, \"$(id) mA\"]", "$(id) mA")]
    public async Task A_program_that_prints_no_current_is_a_lost_meter_and_no_shell_reads_its_arguments(string measure, string problem)
    {
        await using JigBench bench = await OpenExecAsync("[\"true\"]", measure);
        BenchException error = await Assert.ThrowsAsync<BenchException>(() => bench.Slot(1).Meter!.ReadMilliamperesAsync(Cancel).AsTask());
        Assert.Equal(BenchReasons.MeterLost, error.Reason);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_hangs_is_killed_when_the_cut_gives_up()
    {
        await using JigBench bench = await OpenExecAsync("[sleep, \"600\"]", "[printf, \"0 mA\"]");
        // The slot is ours once its port is, although its "off" gives no answer.
        using CancellationTokenSource impatient = new(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        await Assert.ThrowsAnyAsync<Exception>(() => bench.Slot(1).OpenAsync(impatient.Token));
        BenchException? fault = await bench.Slot(1).CutPowerAsync();
        Assert.Equal(BenchReasons.PowerLost, fault!.Reason);
    }

    /// <summary>Goes on asking a silent channel for some seconds, as a slot does that looks for its unit again.</summary>
    /// <returns>How many readings came.</returns>
    private static async Task<int> SilentReadsAsync(SlotBench slot, int seconds)
    {
        int read = 0;
        long from = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(from) < TimeSpan.FromSeconds(seconds))
        {
            try
            {
                await slot.Meter!.ReadMilliamperesAsync(Cancel);
                read++;
            }
            catch (BenchException e) when (e.Reason == BenchReasons.MeterLost)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
            }
        }

        return read;
    }

    private Task<JigBench> OpenExecAsync(string off, string measure) => OpenAsync($$"""
        jig: programs
        revision: 1
        supply: 3V3
        slots:
          - slot: 1
            port: {{_one.Path}}
            power: {driver: exec, on: ["true"], off: {{off}}}
            meter: {driver: exec, measure: {{measure}}}
        """);

    private Task<JigBench> OpenAsync(LoopbackInstrument instrument) => OpenAsync($$"""
        jig: loopback
        revision: 1
        supply: 3V3
        instruments:
          psu:
            driver: scpi
            address: tcp://127.0.0.1:{{instrument.Port}}
            setup: ["VOLT 3.3,(@{channel})"]
            on: "OUTP ON,(@{channel})"
            off: "OUTP OFF,(@{channel})"
            measure: "MEAS:CURR? (@{channel})"
        slots:
          - slot: 1
            port: {{_one.Path}}
            power: {use: psu, channel: 1}
            meter: {use: psu, channel: 1}
          - slot: 2
            port: {{_two.Path}}
            power: {use: psu, channel: 2}
            meter: {use: psu, channel: 2}
        """);

    private async Task<JigBench> OpenAsync(string yaml)
    {
        string file = Path.Combine(_folder, "jig.yaml");
        await File.WriteAllTextAsync(file, yaml, Cancel);
        return await JigBench.OpenAsync(JigFile.Load(file), (_, _) => Task.CompletedTask, TimeProvider.System, Cancel);
    }
}

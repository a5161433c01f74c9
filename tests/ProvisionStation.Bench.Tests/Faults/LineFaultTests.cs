using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Faults;

public sealed class LineFaultTests : FaultTest
{
    [Theory]
    [InlineData("lost-byte")]
    [InlineData("flipped-byte")]
    [InlineData("late-link-replies")]
    [InlineData("mid-zero")]
    [InlineData("refuse-baud:1500000")]
    [InlineData("baud-drift")]
    public async Task What_a_retry_heals_passes(string fault)
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await JudgeAsync(bench, "PASS", null, $"101 {fault}");
    }

    [Fact]
    public async Task Noise_is_the_benchs_fault()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await JudgeAsync(bench, "ERROR", "line-noise", "101 garbage");
    }

    [Fact]
    public async Task A_unit_that_falls_silent_while_it_is_read_is_untouched_and_no_scrap()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "ERROR", "link-lost", "101 dies-mid-read");
        Assert.True(run.Is("state", "untouched"), run.ToString());
    }

    [Fact]
    public async Task A_unit_that_falls_silent_while_it_is_written_is_named_partly_written()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "ERROR", "link-lost", "101 dies-mid-write");
        Assert.True(run.Is("state", "partly-written"), run.ToString());
    }

    [Fact]
    public async Task Power_lost_in_the_middle_of_writing_is_named_and_the_unit_is_converted_at_the_next_try()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "ERROR", "power-lost", "101 power-cut-mid-write");
        Assert.True(run.Is("state", "partly-written"), run.ToString());
    }

    [Fact]
    public async Task An_adapter_pulled_out_while_writing_ends_at_once()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "ERROR", "port-gone", "101 unplug-mid-write");
        Assert.True(run.Is("state", "partly-written"), run.ToString());
    }

    [Fact]
    public async Task An_empty_slot_starts_no_run_and_is_named_at_the_end()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await bench.TellAsync("insert 2 102");
        using StationProcess station = StationProcess.Run(bench, 2, "--wait", "6");
        (int exitCode, string errors) = await station.EndAsync();
        Assert.Equal(3, exitCode);
        Assert.Contains("1", errors[errors.IndexOf("empty", StringComparison.OrdinalIgnoreCase)..], StringComparison.Ordinal);
        Assert.Equal([2], station.Verdicts().Keys);
    }
}

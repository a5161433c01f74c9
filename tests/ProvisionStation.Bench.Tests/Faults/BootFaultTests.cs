using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Faults;

public sealed class BootFaultTests : FaultTest
{
    [Theory]
    [InlineData("stalled-boot", "stalled-boot")]
    [InlineData("silent-boot", "stalled-boot")]
    [InlineData("no-boot", "no-boot")]
    [InlineData("boot-loop", "boot-loop")]
    [InlineData("over-current", "over-current")]
    [InlineData("current-high", "current-high")]
    [InlineData("current-low", "current-low")]
    public async Task A_unit_that_does_not_live_fails_although_every_byte_was_written(string fault, string reason)
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "FAIL", reason, $"101 {fault}");
        Assert.True(run.Is("state", "written"), run.ToString());
    }

    [Theory]
    [InlineData("brown-out", "brown-out")]
    [InlineData("silent-log", "log-lost")]
    public async Task What_the_bench_may_have_done_scraps_no_unit(string fault, string reason)
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await JudgeAsync(bench, "ERROR", reason, $"101 {fault}");
    }
}

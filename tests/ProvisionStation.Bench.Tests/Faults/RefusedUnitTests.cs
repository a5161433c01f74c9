using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Faults;

public sealed class RefusedUnitTests : FaultTest
{
    [Theory]
    [InlineData("unknown-flash", "flash-unknown")]
    [InlineData("wrong-key", "wrong-key")]
    [InlineData("placeholder-mac", "mac-placeholder")]
    [InlineData("protected", "protected")]
    [InlineData("chip=t", "wrong-chip")]
    [InlineData("chip=7238", "wrong-chip")]
    [InlineData("chip=u", "wrong-chip")]
    [InlineData("chip=7252", "wrong-chip")]
    public async Task A_unit_the_recipe_is_not_for_is_backed_up_and_left_as_it_was(string fault, string reason)
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "FAIL", reason, $"101 {fault}");
        Assert.True(run.Is("state", "untouched"), run.ToString());
        Assert.NotNull(run.Text("backupSha256"));
        JsonElement unit = await bench.TellAsync("state 1");
        Assert.Equal(0, unit.GetProperty("erases").GetInt32() + unit.GetProperty("programs").GetInt32());
    }

    [Fact]
    public async Task A_short_is_cut_off_and_the_slot_stays_off()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "FAIL", "short", "101 short");
        Assert.True(run.Is("state", "untouched"), run.ToString());
    }
}

using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Faults;

/// <summary>A supply that limits below the recipe's cut-off feeds a short for good, unless it is asked (law 11).</summary>
public sealed class CurrentLimitTests : FaultTest
{
    private const string Measure = "measure: \"MEAS:CURR? (@{channel})\"";

    [Fact]
    public async Task A_short_behind_a_supply_that_limits_below_the_cut_off_fails()
    {
        await using VirtualBench bench = await LimitedAsync();
        JsonElement run = await JudgeAsync(bench, "FAIL", "short", "101 short");
        Assert.Contains("the supply is in current limit", run.Text("detail"), StringComparison.Ordinal);
        Assert.True(run.Is("state", "untouched"), run.ToString());
    }

    [Fact]
    public async Task Its_slot_is_not_switched_on_again()
    {
        await using VirtualBench bench = await LimitedAsync();
        await bench.TellAsync("insert 1 101 short");
        await bench.TellAsync("insert 2 102");
        using StationProcess station = StationProcess.Run(bench, 2);
        Assert.NotNull(await station.UntilAsync(happened => happened.Is("event", "run.finished")));
        Assert.Equal([1], station.Verdicts().Keys);
        Task end = station.EndAsync();
        int looks = 0;
        for (; !end.IsCompleted; looks++)
        {
            Assert.False((await bench.TellAsync("state 1")).GetProperty("on").GetBoolean());
            await Task.WhenAny(end, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await end;
        Assert.True(looks > 10, $"looked {looks} times only");
    }

    private static async Task<VirtualBench> LimitedAsync()
    {
        VirtualBench bench = await VirtualBench.StartAsync();
        bench.EditJig(Measure, $"{Measure}\n    limited: \"OUTP:LIM? (@{{channel}})\"\n    setup: [\"CURR 0.15,(@1)\"]");
        return bench;
    }
}

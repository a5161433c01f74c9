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
        await bench.TellAsync("insert 1 101 short");
        await bench.TellAsync("insert 2 102");
        using StationProcess station = StationProcess.Run(bench, 2);
        Assert.NotNull(await station.UntilAsync("run.finished", 1));
        JsonElement cut = await bench.TellAsync("state 1");
        Assert.False(cut.GetProperty("on").GetBoolean(), cut.ToString());
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 1, errors);
        JsonElement run = station.Verdicts()[1];
        Assert.True(run.Is("verdict", "FAIL") && run.Is("reason", "short") && run.Is("state", "untouched"), run.ToString());
        Assert.True(station.Verdicts()[2].Is("verdict", "PASS"), errors);
        JsonElement later = await bench.TellAsync("state 1");
        Assert.False(later.GetProperty("on").GetBoolean(), later.ToString());
        Assert.Equal(cut.GetProperty("powerOns").GetInt32(), later.GetProperty("powerOns").GetInt32());
        Assert.Equal(0, later.GetProperty("erases").GetInt32() + later.GetProperty("programs").GetInt32());
    }

    [Fact]
    public async Task A_unit_without_calibration_is_backed_up_and_left_as_it_was()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        JsonElement run = await JudgeAsync(bench, "FAIL", "backup-implausible", "101", async () =>
        {
            (byte[] flash, _) = await bench.FlashAsync(1);
            flash.AsSpan(0x1D0000, 0x1000).Fill(0xFF);
            string file = Path.Combine(bench.Folder, "no-rf.bin");
            await File.WriteAllBytesAsync(file, flash, TestContext.Current.CancellationToken);
            await bench.TellAsync($"load 1 {file}");
        });
        Assert.True(run.Is("state", "untouched"), run.ToString());
        Assert.NotNull(run.Text("backupSha256"));
    }
}

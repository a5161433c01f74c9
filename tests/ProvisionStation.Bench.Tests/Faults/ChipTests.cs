using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Faults;

public sealed class ChipTests : FaultTest
{
    [Theory]
    [InlineData("n")]
    [InlineData("t")]
    [InlineData("m")]
    public async Task A_healthy_unit_is_converted(string chip)
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(chip: chip);
        JsonElement run = await JudgeAsync(bench, "PASS", null, "101");
        Assert.Equal(12, run.Text("mac")!.Length);
    }

    [Theory]
    [InlineData("n")]
    [InlineData("t")]
    public async Task A_bench_whose_wires_and_flash_take_no_time_judges_the_same(string chip)
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(chip: chip, options: ["--turbo"]);
        await JudgeAsync(bench, "PASS", null, "101");
    }

    [Fact]
    public async Task A_recipe_that_configures_first_needs_one_boot()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        bench.EditRecipe("boot: {limit: 4}", "boot: {limit: 4}\nsteps: [power, link, identify, backup, write, verify, configure, boot, current, log, confirm]");
        await JudgeAsync(bench, "PASS", null, "101");
        Assert.Equal(1, (await bench.TellAsync("state 1")).GetProperty("boots").GetInt32());
    }

    [Fact]
    public async Task Without_a_log_the_report_says_read_back_not_seen_loaded()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        bench.EditRecipe("boot: {limit: 4}", "boot: {limit: 4, alone: 8}\nconfirm: read-back\nsteps: [power, link, identify, backup, write, verify, boot, current, configure, confirm]");
        bench.EditJig($"    log: {bench.Slots[0].Log}\n", "");
        JsonElement run = await JudgeAsync(bench, "PASS", null, "101");
        string folder = Path.Combine(bench.Folder, "reports");
        (int exitCode, string output, string errors) = await StationProcess.CallAsync(
            "export", "--lot", "L1", "--format", "json", "--out", folder, "--data", bench.Data);
        Assert.True(exitCode == 0, errors);
        string file = output.Split('\n').Single(line => line.EndsWith(".json", StringComparison.Ordinal));
        string report = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        JsonElement[] runs = [.. JsonDocument.Parse(report).RootElement.GetProperty("runs").EnumerateArray()];
        string own = runs.Single(one => one.Is("mac", run.Text("mac")!)).ToString();
        string other = runs.Single(one => !one.Is("mac", run.Text("mac")!)).ToString();
        Assert.Contains("read back, not seen loaded", own, StringComparison.Ordinal);
        Assert.DoesNotContain("read back, not seen loaded", other, StringComparison.Ordinal);
    }
}

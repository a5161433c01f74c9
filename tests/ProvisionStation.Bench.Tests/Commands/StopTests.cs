using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Commands;

public sealed class StopTests
{
    [Theory]
    [InlineData("INT", "cancelled", "identify")]
    [InlineData("TERM", "station-stopped", "backup")]
    public async Task A_signal_leaves_an_aborted_record_and_every_slot_off(string signal, string reason, string after)
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(scale: 5);
        await bench.TellAsync("insert 1 101");
        await bench.TellAsync("insert 2 102");
        using StationProcess station = StationProcess.Run(bench, 2);
        Assert.NotNull(await station.UntilAsync("step.finished", 1, after));
        station.Signal(signal);
        station.Signal(signal);
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 130, $"{exitCode} {errors}");
        foreach (JsonElement run in station.Verdicts().Values)
            Assert.True(run.Is("verdict", "ABORTED") && run.Text("reason") == reason, run.ToString());
        (_, string output, _) = await StationProcess.CallAsync("runs", "--json", "--data", bench.Data);
        string[] runs = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, runs.Length);
        foreach (JsonElement run in runs.Select(line => JsonDocument.Parse(line).RootElement))
            Assert.True(run.Is("verdict", "ABORTED") && run.Text("reason") == reason && run.Text("state") is not null, run.ToString());
        foreach (int slot in new[] { 1, 2 })
            Assert.False((await bench.TellAsync($"state {slot}")).GetProperty("powered").GetBoolean(), $"slot {slot} is still on");
    }

    /// <summary>The steps in which a stop matters most; the other steps are stopped in the same place of the code.</summary>
    [Theory]
    [InlineData("backup", 18, "stopped during write, in the block 0x", "partly-written")]
    [InlineData("verify", 0, "stopped during boot", "written")]
    public async Task Law_9_two_signals_in_the_middle_of_a_step_leave_one_record_with_the_true_state_and_no_power(
        string after, int erases, string detail, string state)
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1, scale: 3);
        await bench.TellAsync("insert 1 101");
        using StationProcess station = StationProcess.Run(bench, 1);
        Assert.True(await station.UntilAsync("step.finished", 1, after) is not null, string.Join('\n', station.Events));
        await ErasesAsync(bench, erases);
        station.Signal("TERM");
        station.Signal("INT");
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 130, $"{exitCode} {errors}");
        (_, string output, _) = await StationProcess.CallAsync("runs", "--json", "--data", bench.Data);
        JsonElement run = JsonDocument.Parse(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        Assert.True(run.Is("verdict", "ABORTED") && run.Is("reason", "station-stopped") && run.Is("state", state), run.ToString());
        Assert.StartsWith(detail, run.Text("detail"), StringComparison.Ordinal);
        Assert.False((await bench.TellAsync("state 1")).GetProperty("powered").GetBoolean(), "the slot is still on");
    }

    [Fact]
    public async Task A_supply_that_hangs_is_never_called_off()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(scale: 5);
        await bench.TellAsync("insert 1 101");
        await bench.TellAsync("insert 2 102");
        using StationProcess station = StationProcess.Run(bench, 2);
        Assert.NotNull(await station.UntilAsync("step.finished", 1, "identify"));
        bench.Freeze();
        station.Signal("INT");
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 130, $"{exitCode} {errors}");
        Assert.DoesNotContain("every slot is off", errors, StringComparison.Ordinal);
        Assert.EndsWith("MAY STILL HAVE POWER: switch the supply off by hand.", errors.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_stopped_while_idle_ends_cleanly()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        await bench.TellAsync("insert 1 101");
        using StationProcess station = StationProcess.Start(
            ["serve", "--jig", bench.Jig, "--recipe", bench.Recipe, "--lot", "L1", "--data", bench.Data, "--json"]);
        Assert.NotNull(await station.UntilAsync(happened => happened.Is("event", "run.finished")));
        station.Signal("TERM");
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 130, $"{exitCode} {errors}");
        Assert.True(station.Verdicts()[1].Is("verdict", "PASS"), errors);
    }

    private static async Task ErasesAsync(VirtualBench bench, int atLeast)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1), TimeProvider.System);
        while ((await bench.TellAsync("state 1")).GetProperty("erases").GetInt32() < atLeast)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }
}

using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Faults;

/// <summary>Units that the station has seen before, and others that look like them.</summary>
public sealed class SeenBeforeTests
{
    [Fact]
    public async Task A_unit_that_passed_is_not_converted_in_another_slot_and_a_second_one_with_its_MAC_is_refused()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await bench.TellAsync("insert 1 101");
        using (StationProcess first = StationProcess.Run(bench, 1))
        {
            (int passed, string why) = await first.EndAsync();
            Assert.True(passed == 0, why);
        }

        string mac = (await bench.TellAsync("state 1")).Text("mac")!;
        await bench.TellAsync("remove 1");
        await bench.TellAsync("insert 2 101");
        await bench.TellAsync($"insert 1 103 mac={mac}");
        using StationProcess station = StationProcess.Run(bench, 2);
        (int exitCode, string errors) = await station.EndAsync();
        IReadOnlyDictionary<int, JsonElement> verdicts = station.Verdicts();
        string all = errors + string.Join('\n', station.Events);
        Assert.True(exitCode == 1, all);
        Assert.True(verdicts[2].Is("verdict", "ABORTED") && verdicts[2].Is("reason", "already-passed") && verdicts[2].Is("state", "untouched"), all);
        Assert.True(verdicts[1].Is("verdict", "FAIL") && verdicts[1].Is("reason", "mac-duplicate"), all);
        Assert.NotNull(verdicts[1].Text("backupSha256"));
        foreach (int slot in new[] { 1, 2 })
            Assert.Equal(0, (await bench.TellAsync($"state {slot}")).GetProperty("erases").GetInt32());
    }

    [Fact]
    public async Task A_copy_in_two_slots_at_once_is_told_in_both_and_neither_is_erased()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await bench.TellAsync("insert 1 101");
        await bench.TellAsync("insert 2 101");
        using StationProcess station = StationProcess.Run(bench, 2);
        (int exitCode, string errors) = await station.EndAsync();
        string all = errors + string.Join('\n', station.Events);
        Assert.True(exitCode == 1, all);
        foreach ((int slot, JsonElement run) in station.Verdicts())
        {
            Assert.True(run.Is("verdict", "ABORTED") && run.Is("reason", "held"), all);
            Assert.Contains($"slot {3 - slot} works at the same time", all, StringComparison.Ordinal);
            Assert.Equal(0, (await bench.TellAsync($"state {slot}")).GetProperty("erases").GetInt32());
        }
    }
}

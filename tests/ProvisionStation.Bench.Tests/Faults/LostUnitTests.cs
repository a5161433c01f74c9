using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Faults;

/// <summary>Units and stations that go away in the middle.</summary>
public sealed class LostUnitTests
{
    [Fact]
    public async Task A_unit_that_went_silent_in_two_slots_is_dead()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await RunAsync(bench, 1, "ERROR", "link-lost", 3);
        await bench.TellAsync("remove 1");
        JsonElement run = await RunAsync(bench, 2, "FAIL", "dead-unit", 1);
        Assert.True(run.Is("state", "untouched"), run.ToString());
        await AssertLastWordsAsync(bench);
    }

    [Fact]
    public async Task A_unit_swapped_in_the_middle_is_foreign_and_stays_as_it_was()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        await bench.TellAsync("insert 1 101");
        using StationProcess station = StationProcess.Run(bench, 1);
        Assert.NotNull(await station.UntilAsync("step.finished", 1, "log"));
        await bench.TellAsync("remove 1");
        await bench.TellAsync("insert 1 103");
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 1, errors + string.Join('\n', station.Events));
        JsonElement run = station.Verdicts()[1];
        Assert.True(run.Is("verdict", "FAIL") && run.Is("reason", "foreign-unit"), run.ToString());
        JsonElement stranger = await bench.TellAsync("state 1");
        Assert.True(stranger.Is("serial", "103"), stranger.ToString());
        Assert.Equal(0, stranger.GetProperty("erases").GetInt32() + stranger.GetProperty("programs").GetInt32());
    }

    [Theory, InlineData(true, "FAIL", "foreign-unit"), InlineData(false, "ERROR", "power-lost")]
    public async Task Without_confirm_what_booted_must_still_answer_as_the_unit_that_was_written(bool swapped, string verdict, string reason)
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1);
        bench.EditRecipe("boot: {limit: 4}", "boot: {limit: 4}\nsteps: [power, link, identify, backup, write, verify, boot, current, log]");
        string recipe = await File.ReadAllTextAsync(bench.Recipe, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(bench.Recipe, recipe[..recipe.IndexOf("config:", StringComparison.Ordinal)], TestContext.Current.CancellationToken);
        await bench.TellAsync("insert 1 101");
        using StationProcess station = StationProcess.Run(bench, 1);
        Assert.NotNull(await station.UntilAsync("step.finished", 1, "log"));
        await bench.TellAsync("remove 1");
        if (swapped)
            await bench.TellAsync("insert 1 103");
        (_, string errors) = await station.EndAsync();
        JsonElement run = station.Verdicts()[1];
        Assert.True(run.Is("verdict", verdict) && run.Is("reason", reason), run + errors);
    }

    [Fact]
    public async Task Law_9_a_station_killed_while_it_writes_names_the_units_state_at_its_next_start_and_the_write_goes_on_where_it_stood()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync(slots: 1, scale: 5);
        await bench.TellAsync("insert 1 101");
        using (StationProcess killed = StationProcess.Run(bench, 1))
        {
            Assert.NotNull(await killed.UntilAsync("step.finished", 1, "backup"));
            await ErasesAsync(bench, 17); // the first 15 are the sectors up to the first whole block
            killed.Signal("KILL");
            Assert.NotEqual(0, await killed.ExitAsync());
        }

        JsonElement cut = await bench.TellAsync("state 1");
        int erases = cut.GetProperty("erases").GetInt32();
        int sectors = cut.GetProperty("sectorsErased").GetInt32();
        using StationProcess station = StationProcess.Run(bench, 1);
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 0, errors + string.Join('\n', station.Events));
        (_, string output, _) = await StationProcess.CallAsync("runs", "--json", "--data", bench.Data);
        JsonElement[] runs = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(2, runs.Length);
        JsonElement first = runs.Single(run => run.Is("verdict", "ABORTED"));
        Assert.True(first.Is("reason", "interrupted") && first.Is("state", "partly-written"), first.ToString());
        Assert.NotNull(first.Text("backupSha256"));
        JsonElement second = runs.Single(run => run.Is("verdict", "PASS"));
        Assert.Equal(first.Text("mac"), second.Text("mac"));
        await AssertEraseIntentsAsync(bench, erases);
        JsonElement write = station.Events.Single(happened => happened.Is("event", "step.finished") && happened.Is("step", "write"));
        Assert.Contains("resumed: ", write.Text("detail"), StringComparison.Ordinal);
        JsonElement identify = station.Events.Single(happened => happened.Is("event", "step.finished") && happened.Is("step", "identify"));
        Assert.Contains("an earlier write was cut off in the block 0x0", identify.Text("detail"), StringComparison.Ordinal);
        // What was erased before the kill is not erased again, but for the block in work; and there is the configuration's sector.
        int again = (await bench.TellAsync("state 1")).GetProperty("sectorsErased").GetInt32() - sectors;
        int image = ((int)new FileInfo(await VirtualBench.ImageAsync("n")).Length - 0x11000 + 0xFFF) / 0x1000;
        Assert.InRange(again, 1, image - sectors + 16 + 1);
        (_, string shown, _) = await StationProcess.CallAsync("runs", "show", first.Text("run")!, "--data", bench.Data);
        Assert.Contains("UART: nothing is kept; it was in the memory of the program", shown, StringComparison.Ordinal);
    }

    /// <summary>A person sees which sector the unit gave last, the one it did not give, and that power cycles brought no answer.</summary>
    private static async Task AssertLastWordsAsync(VirtualBench bench)
    {
        (int exitCode, string shown, string errors) = await StationProcess.CallAsync("runs", "show", "1", "--entries", "400", "--data", bench.Data);
        Assert.True(exitCode == 0, errors);
        string last = shown.Split('\n').Single(line => line.Contains("the loader last answered", StringComparison.Ordinal));
        Assert.Contains("read sector 0x", last, StringComparison.Ordinal);
        string[] afterwards = shown[(shown.LastIndexOf("status 0 (done)", shown.IndexOf(last, StringComparison.Ordinal) - 1, StringComparison.Ordinal) + 1)..].Split('\n');
        Assert.Contains(afterwards, line => line.Contains("->  read sector 0x", StringComparison.Ordinal));
        Assert.Contains(afterwards, line => line.Contains("no answer for 0.", StringComparison.Ordinal));
        Assert.Contains(afterwards, line => line.Contains("power off", StringComparison.Ordinal));
        Assert.Contains(afterwards, line => line.Contains("link checks", StringComparison.Ordinal) && line.Contains("none answered", StringComparison.Ordinal));
        (_, string json, _) = await StationProcess.CallAsync("runs", "show", "1", "--json", "--data", bench.Data);
        JsonElement box = JsonDocument.Parse(json).RootElement.GetProperty("blackBox");
        Assert.NotEqual(0, box.GetProperty("uart").GetProperty("entries").GetArrayLength());
        Assert.DoesNotContain("payloadSha256", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"hex\"", json, StringComparison.Ordinal);
    }

    /// <summary>What the first run said it would erase is at least what the witness saw erased, and at most one block more.</summary>
    private static async Task AssertEraseIntentsAsync(VirtualBench bench, int erases)
    {
        string folder = Path.Combine(bench.Folder, "reports");
        (_, string output, string errors) = await StationProcess.CallAsync("export", "--lot", "L1", "--format", "json", "--out", folder, "--data", bench.Data);
        string file = output.Split('\n').FirstOrDefault(line => line.EndsWith(".json", StringComparison.Ordinal)) ?? throw new InvalidOperationException(errors);
        JsonElement report = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).RootElement;
        JsonElement killed = report.GetProperty("runs").EnumerateArray().Single(run => run.Is("reason", "interrupted"));
        int[] perIntent = [.. killed.GetProperty("intents").EnumerateArray().Select(ErasesOf)];
        Assert.InRange(erases, perIntent.SkipLast(1).Sum(), perIntent.Sum());
    }

    /// <summary>A whole block goes in one erase, the ragged ends in 4 KiB each.</summary>
    private static int ErasesOf(JsonElement intent)
    {
        int bytes = intent.GetProperty("bytes").GetInt32();
        return bytes == 0x10000 ? 1 : bytes / 0x1000;
    }

    private static async Task ErasesAsync(VirtualBench bench, int atLeast)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1), TimeProvider.System);
        while ((await bench.TellAsync("state 1")).GetProperty("erases").GetInt32() < atLeast)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }

    private static async Task<JsonElement> RunAsync(VirtualBench bench, int slot, string verdict, string reason, int exitCode)
    {
        await bench.TellAsync($"insert {slot} 101 dies-mid-read");
        using StationProcess station = StationProcess.Run(bench, 1);
        (int found, string errors) = await station.EndAsync();
        string all = errors + string.Join('\n', station.Events);
        Assert.True(found == exitCode, all);
        JsonElement run = station.Verdicts()[slot];
        Assert.True(run.Is("verdict", verdict) && run.Is("reason", reason), all);
        return run;
    }
}

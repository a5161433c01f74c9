using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Faults;

/// <summary>What every fault test proves: the sick unit's verdict and reason, and that the healthy neighbour finished, nothing was lost and no PASS was false.</summary>
public abstract class FaultTest
{
    private const string Neighbour = "PASS";

    /// <summary>Runs a sick unit in slot 1 beside a healthy one in slot 2.</summary>
    /// <returns>The sick unit's <c>run.finished</c>.</returns>
    private protected static async Task<JsonElement> JudgeAsync(VirtualBench bench, string verdict, string? reason, string insert, Func<Task>? prepare = null)
    {
        await bench.TellAsync($"insert 1 {insert}");
        if (prepare is not null)
            await prepare();
        await bench.TellAsync("insert 2 102");
        using StationProcess station = StationProcess.Run(bench, 2);
        (int exitCode, string errors) = await station.EndAsync();
        IReadOnlyDictionary<int, JsonElement> verdicts = station.Verdicts();
        string all = string.Join('\n', station.Events) + "\n" + errors;
        Assert.True(verdicts.ContainsKey(1) && verdicts.ContainsKey(2), all);
        Assert.True(verdicts[1].Is("verdict", verdict) && verdicts[1].Text("reason") == reason, $"wanted {verdict} {reason}\n{all}");
        Assert.True(verdicts[2].Is("verdict", Neighbour), all);
        Assert.True(exitCode == verdict switch { "PASS" => 0, "ERROR" => 3, _ => 1 }, $"exit code {exitCode}\n{all}");
        TestContext.Current.TestOutputHelper?.WriteLine(all); // shown where a check below fails
        await NothingIsLostAsync(bench, verdicts);
        await NoPassIsFalseAsync(bench, verdicts);
        return verdicts[1];
    }

    /// <summary>A unit that was touched has its whole original flash in the vault, and its loader and RF sector are as they were.</summary>
    private static async Task NothingIsLostAsync(VirtualBench bench, IReadOnlyDictionary<int, JsonElement> verdicts)
    {
        foreach ((int slot, JsonElement run) in verdicts)
        {
            JsonElement unit = await bench.TellAsync($"state {slot}");
            Assert.Equal(0, unit.GetProperty("touchedBelow11000").GetInt32());
            bool touched = !run.Is("state", "untouched");
            if (run.Text("backupSha256") is not { } sha256)
            {
                Assert.False(touched, $"slot {slot} was touched without a backup");
                Assert.Equal(0, unit.GetProperty("erases").GetInt32() + unit.GetProperty("programs").GetInt32());
                continue;
            }

            string file = Path.Combine(bench.Folder, $"backup-{slot}.bin");
            (int exitCode, _, string errors) = await StationProcess.CallAsync("vault", "export", sha256, "--out", file, "--data", bench.Data);
            Assert.True(exitCode == 0, errors);
            (byte[] original, byte[] now) = await bench.FlashAsync(slot);
            byte[] backup = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            Assert.True(original.AsSpan().SequenceEqual(backup), $"the backup of slot {slot} is not what the unit held");
            if (touched)
                AssertReadBeforeTouched(unit, original.Length);
            Assert.True(original.AsSpan(0, 0x11000).SequenceEqual(now.AsSpan(0, 0x11000)), $"the loader of slot {slot} was changed");
            if (!touched)
                Assert.True(original.AsSpan().SequenceEqual(now), $"slot {slot} says untouched and is not");
        }

        (int verified, _, string why) = await StationProcess.CallAsync("vault", "verify", "--data", bench.Data);
        Assert.True(verified == 0, why);
    }

    /// <summary>Law 1 as the witness saw it: every sector was read, and the chip asked for the CRC of all, before the first erase or program.</summary>
    private static void AssertReadBeforeTouched(JsonElement unit, int flashBytes)
    {
        Assert.True(unit.GetProperty("erases").GetInt32() > 0, unit.ToString());
        Assert.True(unit.GetProperty("sectorsReadBeforeFirstTouch").GetInt32() == flashBytes / 4096, $"touched before all was read: {unit}");
        Assert.True(unit.GetProperty("wholeCrcBeforeFirstTouch").GetBoolean(), $"touched before the chip's CRC agreed: {unit}");
    }

    /// <summary>A unit that passed runs: the virtual firmware itself says that it is up with our configuration.</summary>
    private static async Task NoPassIsFalseAsync(VirtualBench bench, IReadOnlyDictionary<int, JsonElement> verdicts)
    {
        foreach ((int slot, JsonElement run) in verdicts.Where(pair => pair.Value.Is("verdict", "PASS")))
        {
            JsonElement unit = await bench.TellAsync($"state {slot}");
            Assert.True(unit.GetProperty("lastBootComplete").GetBoolean(), $"slot {slot} passed, but its last boot was not complete: {unit}");
            Assert.True(unit.GetProperty("configAccepted").GetBoolean(), $"slot {slot} passed, but its configuration was not accepted: {unit}");
            Assert.True(run.Is("state", "configured"), run.ToString());
        }
    }
}

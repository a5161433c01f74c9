using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Commands;

/// <summary>A backup goes back as a user orders it; the simulator's own memory of the unit is the judge.</summary>
public sealed class RestoreTests
{
    private const string Mac = "D81F12000065";
    private const int Rf = 0x1D0000;
    private const int NotedByVendor = 0x1FF000;

    [Fact]
    public async Task A_units_own_backup_goes_back_and_another_unit_gets_it_only_by_a_named_person()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        await bench.TellAsync("insert 1 101");
        using (StationProcess station = StationProcess.Run(bench, 1))
            Assert.Equal(0, (await station.EndAsync()).ExitCode);

        JsonElement own = await RestoreAsync(bench, 1, 0);
        Assert.True(own.Is("verdict", "PASS") && own.Is("state", "restored"), own.ToString());
        JsonElement unit = await bench.TellAsync("state 1");
        Assert.True(unit.Is("firmware", "vendor") && unit.GetProperty("lastBootComplete").GetBoolean(), unit.ToString());
        (byte[] original, byte[] now) = await bench.FlashAsync(1);
        Assert.True(original.AsSpan(0, NotedByVendor).SequenceEqual(now.AsSpan(0, NotedByVendor)), "the unit does not hold its own firmware");
        Assert.False(original.AsSpan().SequenceEqual(now), "the vendor's firmware changes its store: a comparison after the boot would prove nothing");

        await bench.TellAsync("insert 2 102");
        JsonElement refused = await RestoreAsync(bench, 2, 1);
        Assert.True(refused.Is("verdict", "ABORTED") && refused.Is("reason", "other-unit") && refused.Is("state", "untouched"), refused.ToString());
        Assert.Equal(0, (await bench.TellAsync("state 2")).GetProperty("erases").GetInt32());

        JsonElement clone = await RestoreAsync(bench, 2, 0, "--clone-anyway", "--reason", "spare part", "--operator", "Ann");
        Assert.True(clone.Is("verdict", "PASS") && clone.Is("state", "restored"), clone.ToString());
        (byte[] other, byte[] cloned) = await bench.FlashAsync(2);
        Assert.True(other.AsSpan(0, 0x11000).SequenceEqual(cloned.AsSpan(0, 0x11000)), "the loader was changed");
        Assert.True(other.AsSpan(Rf, 0x1000).SequenceEqual(cloned.AsSpan(Rf, 0x1000)), "the RF sector was changed");
        Assert.Equal(0, (await bench.TellAsync("state 2")).GetProperty("touchedBelow11000").GetInt32());
        (_, string runs, _) = await StationProcess.CallAsync("runs", "--lot", "restore", "--data", bench.Data, "--json");
        Assert.Contains("by Ann: spare part", runs, StringComparison.Ordinal);
        Assert.Contains("scrubbed copy of", runs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_unit_and_a_bad_image_are_told_apart_by_the_units_own_firmware()
    {
        await using VirtualBench bench = await VirtualBench.StartAsync();
        bench.EditRecipe("boot: {limit: 4}", "boot: {limit: 4}\ndiagnose: true");
        await bench.TellAsync("insert 1 101 stalled-boot");
        await bench.TellAsync("insert 2 102 stalls-with-image");
        using StationProcess station = StationProcess.Run(bench, 2);
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == 1, errors);
        IReadOnlyDictionary<int, JsonElement> verdicts = station.Verdicts();
        foreach ((int slot, string found) in new[] { (1, "unit-or-supply"), (2, "image-or-recipe") })
        {
            JsonElement run = verdicts[slot];
            Assert.True(run.Is("verdict", "FAIL") && run.Is("reason", "stalled-boot") && run.Is("state", "restored"), run.ToString());
            Assert.Contains(found, errors, StringComparison.Ordinal);
            (byte[] original, byte[] now) = await bench.FlashAsync(slot);
            Assert.True(original.AsSpan(0, NotedByVendor).SequenceEqual(now.AsSpan(0, NotedByVendor)), $"slot {slot} does not hold its own firmware");
        }

        (_, string runs, _) = await StationProcess.CallAsync("runs", "--lot", "L1", "--data", bench.Data, "--json");
        Assert.Contains("\"unit-or-supply\"", runs, StringComparison.Ordinal);
        Assert.Contains("\"image-or-recipe\"", runs, StringComparison.Ordinal);
        Assert.Contains("byte by byte", runs, StringComparison.Ordinal);
        Assert.Contains("V:BK7231N_1.0.1", runs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--clone-anyway", "needs --reason")]
    [InlineData("--rf --clone-anyway --reason x --operator Ann", "never goes with")]
    [InlineData("--rf --yes", "needs --operator")]
    [InlineData("--with-identity", "are for --clone-anyway")]
    [InlineData("--rf", "no terminal")]
    [InlineData("--backup 00", "no folder")]
    public async Task What_a_person_must_say_is_asked_before_anything_is_opened(string options, string said)
    {
        string data = options == "--rf" ? Path.GetTempPath() : "nowhere";
        (int exitCode, _, string errors) = await StationProcess.CallAsync(
            ["restore", "--unit", Mac, "--jig", "jigs/virtual", "--slot", "1", "--data", data, .. options.Split(' ')]);
        Assert.True(exitCode == 2 && errors.Contains(said, StringComparison.Ordinal), $"exit code {exitCode}\n{errors}");
    }

    private static async Task<JsonElement> RestoreAsync(VirtualBench bench, int slot, int wanted, params string[] more)
    {
        using StationProcess station = StationProcess.Start(
            ["restore", "--unit", Mac, "--jig", bench.Jig, "--slot", $"{slot}", "--wait", "20", "--data", bench.Data, "--json", .. more]);
        (int exitCode, string errors) = await station.EndAsync();
        Assert.True(exitCode == wanted, $"exit code {exitCode}\n{errors}");
        return station.Verdicts()[slot];
    }
}

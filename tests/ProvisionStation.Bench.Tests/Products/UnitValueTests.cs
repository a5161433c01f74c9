using System.Text;
using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Products;

/// <summary>Values for single units, what a unit already had, and what its former owner left.</summary>
public sealed class UnitValueTests : ProductTest
{
    [Fact]
    public async Task A_unit_gets_its_own_row_and_one_without_a_row_is_stopped()
    {
        await using VirtualBench bench = await BenchAsync("from: unit\nunits: {file: units.csv}");
        await File.WriteAllTextAsync(
            Path.Combine(bench.Folder, "units.csv"),
            "mac,long\nD8:1F:12:00:00:65,Kitchen_{mac6}\nD81F12000067,Never\n", TestContext.Current.CancellationToken);
        Passed(await InsertAsync(bench, 1, "101"));
        Assert.True(await HoldsAsync(bench, 1, "Kitchen_000065"));
        await StoppedAsync(bench, 2, await InsertAsync(bench, 2, "102"), "no-unit-row");
        (int exitCode, string output, _) = await StationProcess.CallAsync("lots", "show", "L1", "--data", bench.Data, "--json");
        Assert.Equal(0, exitCode);
        Assert.Equal(["D81F12000067"], JsonDocument.Parse(output).RootElement.GetProperty("unusedUnits").EnumerateArray().Select(mac => mac.GetString()!));
    }

    [Theory]
    [InlineData("\n  keep: [names]", true)]
    [InlineData("", false)]
    public async Task Names_of_an_earlier_configuration_are_kept_only_where_the_recipe_says_so(string keep, bool isKept)
    {
        await using VirtualBench bench = await BenchAsync("from: unit");
        Passed(await InsertAsync(bench, 1, "101"));
        await MoveAsync(bench, "101");
        bench.EditRecipe("long: \"Plug_{mac6}\"}", $"long: \"Other_{{mac6}}\"}}{keep}");
        bench.EditRecipe("revision: 1", "revision: 2");
        Passed(await RunAsync(bench, 2, null, "L2"));
        Assert.Equal(isKept, await HoldsAsync(bench, 2, "Plug_000065"));
        Assert.Equal(!isKept, await HoldsAsync(bench, 2, "Other_000065"));
    }

    [Fact]
    public async Task A_network_that_is_kept_reaches_the_unit_and_no_record()
    {
        await using VirtualBench bench = await BenchAsync("from: unit\nwifi: {ssid: c4nary-home, password: c4nary-home-password}");
        Passed(await InsertAsync(bench, 1, "101"));
        await MoveAsync(bench, "101");
        bench.EditRecipe("wifi: {ssid: c4nary-home, password: c4nary-home-password}", "keep: [wifi]");
        bench.EditRecipe("revision: 1", "revision: 2");
        // The first recipe holds the network's name in the open: only what the second lot leaves behind is looked at.
        string data = Path.Combine(bench.Folder, "second");
        (int exitCode, _, string why) = await StationProcess.CallAsync(
            "run", "--jig", bench.Jig, "--recipe", bench.Recipe, "--lot", "L2", "--units", "1", "--wait", "20", "--data", data, "--json");
        Assert.True(exitCode == 0, why);
        Assert.True(await HoldsAsync(bench, 2, "c4nary-home-password"));
        (_, string runs, _) = await StationProcess.CallAsync("runs", "--data", data, "--json");
        JsonElement run = JsonDocument.Parse(runs).RootElement;
        List<string> sinks = [why, runs];
        foreach (JsonElement log in run.GetProperty("artifacts").EnumerateArray().Where(one => one.Is("kind", "boot-log")))
        {
            string file = Path.Combine(bench.Folder, "boot.log");
            await StationProcess.CallAsync("vault", "export", log.Text("sha256")!, "--out", file, "--force", "--data", data);
            sinks.Add(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }

        Assert.True(sinks.Count >= 4, runs);
        Assert.All(sinks, sink => Assert.DoesNotContain("c4nary", sink, StringComparison.Ordinal));
        foreach (string file in Directory.EnumerateFiles(data, "journal.db*"))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf("c4nary"u8));
    }

    [Theory]
    [InlineData("\nwipe: vendor-store", true)]
    [InlineData("", false)]
    public async Task Old_credentials_are_reported_and_wiped_only_where_the_recipe_says_so(string wipe, bool isWiped)
    {
        await using VirtualBench bench = await BenchAsync("from: unit" + wipe);
        Passed(await InsertAsync(bench, 1, "101"));
        (byte[] original, byte[] now) = await bench.FlashAsync(1);
        Assert.Equal(isWiped, !now.AsSpan(0x1ED000..0x200000).ContainsAnyExcept((byte)0xFF));
        Assert.True(isWiped || original.AsSpan(0x1ED000..0x200000).SequenceEqual(now.AsSpan(0x1ED000..0x200000)));
        Assert.True(original.AsSpan(0x1D0000..0x1D1000).SequenceEqual(now.AsSpan(0x1D0000..0x1D1000)));
        string runs = await RunsAsync(bench);
        Assert.Contains(isWiped ? "none found" : "remain: ", runs, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", runs, StringComparison.Ordinal);
        foreach (string file in Directory.EnumerateFiles(bench.Data, "journal.db*"))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf("canary-"u8));
    }

    private static async Task<bool> HoldsAsync(VirtualBench bench, int slot, string text)
    {
        (_, byte[] now) = await bench.FlashAsync(slot);
        return now.AsSpan(0x1D1000, 0x1000).IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
    }
}

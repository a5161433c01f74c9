using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Products;

/// <summary><c>from: first-article</c>: a person approves the first unit's map, and every later unit must have it.</summary>
public sealed class FirstArticleTests : ProductTest
{
    [Fact]
    public async Task A_person_approves_the_first_map_and_another_product_is_stopped()
    {
        await using VirtualBench bench = await BenchAsync("from: first-article");
        await bench.TellAsync("insert 1 101");
        Passed(await RunAsync(bench, 1, "yes"));
        JsonElement foreign = await InsertAsync(bench, 2, "102 product=switch2");
        await StoppedAsync(bench, 2, foreign, "not-this-product");
        (int exitCode, string output, string errors) = await StationProcess.CallAsync("lots", "show", "L1", "--data", bench.Data);
        Assert.True(exitCode == 0, errors);
        Assert.Contains(PlugMap, output, StringComparison.Ordinal);
        Assert.Contains("a person at the station", output, StringComparison.Ordinal);
        Assert.Equal("a person at the station", Assert.Single(await OverridesAsync(bench)));
    }

    [Theory]
    [InlineData("no")]
    [InlineData(null)]
    public async Task Without_an_approval_nothing_is_erased(string? answer)
    {
        await using VirtualBench bench = await BenchAsync("from: first-article");
        await bench.TellAsync("insert 1 101");
        JsonElement run = await RunAsync(bench, 1, answer);
        await StoppedAsync(bench, 1, run, "pins-unknown");
        Assert.Contains("onoff1", await RunsAsync(bench), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PlugMap, true)]
    [InlineData("P26=Rel;1 P24=Btn_Tgl_All;0, P8=WifiLED_n;0 P6=TglChanOnTgl;1", true)]
    [InlineData("P26=Rel;1", false)]
    public async Task The_recipe_may_hold_the_approved_map(string approved, bool fits)
    {
        await using VirtualBench bench = await BenchAsync($"from: first-article\napproved: \"{approved}\"");
        JsonElement run = await InsertAsync(bench, 1, "101");
        if (fits)
            Passed(run);
        else
            await StoppedAsync(bench, 1, run, "not-this-product");
        Assert.Empty(await OverridesAsync(bench));
    }

    [Fact]
    public async Task An_option_approves_a_first_map_that_is_certain()
    {
        await using VirtualBench bench = await BenchAsync("from: first-article");
        Passed(await InsertAsync(bench, 1, "101", "--approve-first"));
        Assert.Equal("--approve-first", Assert.Single(await OverridesAsync(bench)));
    }

    /// <summary>Who approved what the station would not have decided alone, as the ledger tells it.</summary>
    private static async Task<IReadOnlyList<string>> OverridesAsync(VirtualBench bench)
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync("ledger", "show", "--kind", "override", "--json", "--data", bench.Data);
        Assert.True(exitCode == 0, errors);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("body").GetProperty("by").GetString()!)];
    }
}

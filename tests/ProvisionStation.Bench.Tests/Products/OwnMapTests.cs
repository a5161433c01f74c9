using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Products;

/// <summary><c>from: unit</c>: each unit gets the map of its own backup, and the odd one out is stopped before it is erased.</summary>
public sealed class OwnMapTests : ProductTest
{
    [Theory]
    [InlineData("101", PlugMap)]
    [InlineData("101 product=shifted-generation", PlugMap)]
    [InlineData("101 product=switch2", SwitchMap)]
    public async Task A_unit_is_given_its_own_pins(string unit, string map)
    {
        await using VirtualBench bench = await BenchAsync("from: unit");
        Passed(await InsertAsync(bench, 1, unit));
        Assert.Contains($"\"{map}\"", await RunsAsync(bench), StringComparison.Ordinal);
        (_, byte[] now) = await bench.FlashAsync(1);
        string file = Path.Combine(bench.Folder, "config.bin");
        await File.WriteAllBytesAsync(file, now[0x1D1000..0x1D2000], TestContext.Current.CancellationToken);
        (int exitCode, string output, string errors) = await StationProcess.CallAsync("obk", "decode", file, "--json");
        Assert.True(exitCode == 0, errors);
        IEnumerable<string> pins = JsonDocument.Parse(output).RootElement.GetProperty("pins").EnumerateArray()
            .Select(pin => $"P{pin.GetProperty("pin").GetInt32()}={pin.Text("role")};{pin.GetProperty("channel").GetInt32()}");
        Assert.Equal(map, string.Join(' ', pins));
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("no-crc")]
    [InlineData("tuyamcu")]
    public async Task A_unit_whose_map_cannot_be_believed_is_left_as_it_was(string product)
    {
        await using VirtualBench bench = await BenchAsync("from: unit\napprove: [likely]");
        await StoppedAsync(bench, 1, await InsertAsync(bench, 1, $"101 product={product}"), "pins-unknown");
    }

    [Fact]
    public async Task The_odd_one_out_is_stopped_before_erase_with_both_maps_shown()
    {
        await using VirtualBench bench = await BenchAsync("from: unit\nsame: [chip, loader, application, version, flash, schema, pins]");
        Passed(await InsertAsync(bench, 1, "101"));
        JsonElement foreign = await InsertAsync(bench, 2, "102 product=switch2");
        await StoppedAsync(bench, 2, foreign, "not-this-product");
        string runs = await RunsAsync(bench);
        Assert.Contains($"pins: {SwitchMap} | {PlugMap}", runs, StringComparison.Ordinal);
        Assert.Contains("version: ", runs, StringComparison.Ordinal);
        await bench.TellAsync("remove 2");
        Passed(await InsertAsync(bench, 2, "103"));
    }

    [Fact]
    public async Task A_unit_that_failed_after_the_write_still_counts_as_it_came()
    {
        await using VirtualBench bench = await BenchAsync("from: unit\nsame: [application, pins]\nwipe: vendor-store");
        JsonElement failed = await InsertAsync(bench, 1, "101 stalled-boot");
        Assert.True(failed.Is("verdict", "FAIL") && !failed.Is("state", "untouched"), failed.ToString());
        await MoveAsync(bench, "101");
        Passed(await RunAsync(bench, 2, null));
        Assert.Contains($"\"{PlugMap}\"", await RunsAsync(bench), StringComparison.Ordinal);
    }
}

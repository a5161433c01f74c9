using System.Text.Json;
using ProvisionStation.Bench.Tests.Support;

namespace ProvisionStation.Bench.Tests.Products;

/// <summary>Units of several products on a virtual bench, one after the other, under a recipe whose <c>config</c> the test writes.</summary>
public abstract class ProductTest
{
    private protected const string PlugMap = "P6=TglChanOnTgl;1 P8=WifiLED_n;0 P24=Btn_Tgl_All;0 P26=Rel;1";
    private protected const string SwitchMap = "P6=Rel;2 P7=Btn;2 P8=WifiLED_n;0 P24=Btn;1 P26=Rel;1";
    private const string PinsWrittenOut = "  pins: {6: \"TglChanOnTgl;1\", 8: \"WifiLED_n;0\", 24: \"Btn_Tgl_All;0\", 26: \"Rel;1\"}";

    /// <summary>A bench whose recipe has this in its section <c>config</c> instead of pins.</summary>
    private protected static async Task<VirtualBench> BenchAsync(string config)
    {
        VirtualBench bench = await VirtualBench.StartAsync();
        bench.EditRecipe(PinsWrittenOut, "  " + config.Replace("\n", "\n  ", StringComparison.Ordinal));
        return bench;
    }

    /// <summary>Puts a unit in and takes it to a verdict.</summary>
    /// <returns>Its <c>run.finished</c>.</returns>
    private protected static async Task<JsonElement> InsertAsync(VirtualBench bench, int slot, string unit, params string[] options)
    {
        await bench.TellAsync($"insert {slot} {unit}");
        return await RunAsync(bench, slot, null, "L1", options);
    }

    /// <summary>Takes the unit in a slot to a verdict.</summary>
    /// <param name="bench">The bench.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="answer">What a person types; null: nobody is there.</param>
    /// <param name="lot">The lot.</param>
    /// <param name="options">Further options of <c>run</c>.</param>
    private protected static async Task<JsonElement> RunAsync(VirtualBench bench, int slot, string? answer, string lot = "L1", params string[] options)
    {
        using StationProcess station = StationProcess.Start(
            [
                "run", "--jig", bench.Jig, "--recipe", bench.Recipe, "--lot", lot, "--units", "1", "--wait", "20", "--data", bench.Data, "--json", .. options,
            ]);
        if (answer is not null)
            await station.TypeAsync(answer);
        station.HangUp();
        (_, string errors) = await station.EndAsync();
        Assert.True(station.Verdicts().ContainsKey(slot), string.Join('\n', station.Events) + "\n" + errors);
        return station.Verdicts()[slot];
    }

    /// <summary>Puts the unit of slot 1 into slot 2 as it is now, where no verdict stands for it.</summary>
    private protected static async Task MoveAsync(VirtualBench bench, string serial)
    {
        string dump = Path.Combine(bench.Folder, "moved.bin");
        await bench.TellAsync($"dump 1 {dump}");
        await bench.TellAsync("remove 1");
        await bench.TellAsync($"insert 2 {serial}");
        await bench.TellAsync($"load 2 {dump}");
    }

    private protected static void Passed(JsonElement run) => Assert.True(run.Is("verdict", "PASS"), run.ToString());

    /// <summary>Stopped before anything was erased, with its backup in the vault.</summary>
    private protected static async Task StoppedAsync(VirtualBench bench, int slot, JsonElement run, string reason)
    {
        Assert.True(run.Is("verdict", "FAIL") && run.Is("reason", reason) && run.Is("state", "untouched"), run.ToString());
        Assert.NotNull(run.Text("backupSha256"));
        JsonElement unit = await bench.TellAsync($"state {slot}");
        Assert.Equal(0, unit.GetProperty("erases").GetInt32() + unit.GetProperty("programs").GetInt32());
    }

    /// <summary>The life of the lot's runs as <c>runs --json</c> tells it, newest first.</summary>
    private protected static async Task<string> RunsAsync(VirtualBench bench)
    {
        (int exitCode, string output, string errors) = await StationProcess.CallAsync("runs", "--data", bench.Data, "--json");
        Assert.True(exitCode == 0, errors);
        return output;
    }
}

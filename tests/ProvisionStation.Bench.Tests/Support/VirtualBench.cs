using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ProvisionStation.Bench.Tests.Support;

/// <summary>A simulator of its own for one test, with a jig and a recipe that fit it.</summary>
internal sealed class VirtualBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly SemaphoreSlim ImageGate = new(1, 1);
    private readonly Process _simulator;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly int _scpiPort;

    private VirtualBench(Process simulator, string folder, JsonElement ready)
    {
        _simulator = simulator;
        Folder = folder;
        _scpiPort = ready.GetProperty("scpi").GetInt32();
        Slots = [.. ready.GetProperty("slots").EnumerateArray().Select(slot =>
            (slot.GetProperty("slot").GetInt32(), slot.GetProperty("port").GetString()!, slot.GetProperty("log").GetString()!))];
    }

    /// <summary>A folder of the test's own, deleted at the end.</summary>
    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    public IReadOnlyList<(int Slot, string Port, string Log)> Slots { get; }

    public string Jig => Path.Combine(Folder, "jig.yaml");

    public string Recipe => Path.Combine(Folder, "recipe.yaml");

    /// <summary>Starts a simulator; its slots are empty.</summary>
    public static async Task<VirtualBench> StartAsync(int slots = 2, double scale = 20, string chip = "n", params string[] options)
    {
        string folder = Directory.CreateTempSubdirectory("virtual-bench-").FullName;
        Process simulator = Programs.Start(
            Programs.Simulator,
            [
                "--slots", $"{slots}", "--scale", scale.ToString(CultureInfo.InvariantCulture), "--seed", "20260101", "--chip", chip, "--empty", "--with-parent",
                "--scpi-port", "0", "--control-port", "0", "--folder", Path.Combine(folder, "ports"), .. options,
            ]);
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        string line = await simulator.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException("the simulator said nothing: " + await simulator.StandardError.ReadToEndAsync(limit.Token));
        simulator.ErrorDataReceived += (_, said) => TestContext.Current.SendDiagnosticMessage("simulator: {0}", said.Data ?? "");
        simulator.BeginErrorReadLine();
        VirtualBench bench = new(simulator, folder, JsonDocument.Parse(line).RootElement);
        bench.WriteJig();
        await bench.WriteRecipeAsync(chip);
        return bench;
    }

    /// <summary>One command to the simulator, and its answer.</summary>
    public async Task<JsonElement> TellAsync(string command)
    {
        await _turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            using CancellationTokenSource limit = new(Patience, TimeProvider.System);
            await _simulator.StandardInput.WriteLineAsync(command.AsMemory(), limit.Token);
            await _simulator.StandardInput.FlushAsync(limit.Token);
            string answer = await _simulator.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("the simulator has ended");
            JsonElement json = JsonDocument.Parse(answer).RootElement;
            Assert.False(json.TryGetProperty("error", out JsonElement error), $"{command}: {error}");
            return json;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The flash as the unit came, and as it is now.</summary>
    public async Task<(byte[] Original, byte[] Now)> FlashAsync(int slot)
    {
        string original = Path.Combine(Folder, $"original-{slot}.bin");
        string now = Path.Combine(Folder, $"now-{slot}.bin");
        await TellAsync($"original {slot} {original}");
        await TellAsync($"dump {slot} {now}");
        return (await File.ReadAllBytesAsync(original), await File.ReadAllBytesAsync(now));
    }

    /// <summary>The supply, the units, everything stands still and answers nothing, as a hung instrument does.</summary>
    public void Freeze()
    {
        using Process kill = Process.Start("kill", ["-STOP", $"{_simulator.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Changes the recipe's text.</summary>
    public void EditRecipe(string right, string other) => Edit(Recipe, right, other);

    /// <summary>Changes the jig's text.</summary>
    public void EditJig(string right, string other) => Edit(Jig, right, other);

    public async ValueTask DisposeAsync()
    {
        _simulator.StandardInput.Close();
        using (CancellationTokenSource limit = new(TimeSpan.FromSeconds(5), TimeProvider.System))
        {
            try
            {
                await _simulator.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _simulator.Kill(entireProcessTree: true);
            }
        }

        _simulator.Dispose();
        _turn.Dispose();
        Directory.Delete(Folder, true);
    }

    /// <summary>The image of a chip, made once per chip by the simulator's own generator.</summary>
    public static async Task<string> ImageAsync(string chip, string version = "1.18.299")
    {
        string file = Path.Combine(AppContext.BaseDirectory, $"image-{chip}-{version}.bin");
        await ImageGate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (File.Exists(file))
                return file;
            using Process maker = Programs.Start(Programs.Simulator, ["image", "--chip", chip, "--version", version, "--out", file + ".new"]);
            string said = await maker.StandardError.ReadToEndAsync();
            await maker.WaitForExitAsync();
            Assert.True(maker.ExitCode == 0, said);
            File.Move(file + ".new", file);
            return file;
        }
        finally
        {
            ImageGate.Release();
        }
    }

    private static void Edit(string file, string right, string other)
    {
        string text = File.ReadAllText(file);
        Assert.Contains(right, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(right, other, StringComparison.Ordinal));
    }

    private void WriteJig() => File.WriteAllText(Jig, $$"""
        jig: virtual
        revision: 1
        supply: 3V3
        presence: link
        presence_interval: 0.3
        instruments:
          psu:
            driver: scpi
            address: tcp://127.0.0.1:{{_scpiPort}}
            on: "OUTP ON,(@{channel})"
            off: "OUTP OFF,(@{channel})"
            measure: "MEAS:CURR? (@{channel})"
        slots:

        """ + string.Concat(Slots.Select(slot => $$"""
          - slot: {{slot.Slot}}
            port: {{slot.Port}}
            log: {{slot.Log}}
            power: {use: psu, channel: {{slot.Slot}}}
            meter: {use: psu, channel: {{slot.Slot}}}

        """)));

    private async Task WriteRecipeAsync(string chip) => await File.WriteAllTextAsync(Recipe, $$"""
        recipe: virtual-{{chip}}
        revision: 1
        product: {name: Virtual plug, module: CB2S, chip: BK7231{{chip.ToUpperInvariant()}}, supply: 3V3}
        image: {file: {{await ImageAsync(chip)}}}
        link: {rates: [{{(chip == "t" ? "" : "1500000, ")}}921600, 460800, 230400, 115200], window: 0.6}
        boot: {limit: 4}
        current: {nominal: {{(chip == "t" ? "[80, 125], mean: [60, 140]" : "[50, 80], mean: [45, 110]")}}, peak: 320, cutoff: 200, window: 0.5}
        config:
          pins: {6: "TglChanOnTgl;1", 8: "WifiLED_n;0", 24: "Btn_Tgl_All;0", 26: "Rel;1"}
          flags: [10]
          names: {short: "plug-{mac6}", long: "Plug_{mac6}"}
        """);
}

using System.Diagnostics;
using System.Text.Json;

namespace ProvisionStation.Speed;

/// <summary>The simulator at the speed of life, with a jig and a recipe that fit it. Ends when this program does.</summary>
internal sealed class VirtualUnits : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _simulator;
    private readonly string _folder;
    private int _serial = 1000;
    private int _filled;

    private VirtualUnits(Process simulator, string folder) => (_simulator, _folder) = (simulator, folder);

    public string Jig => Path.Combine(_folder, "jig.yaml");

    public string Recipe => Path.Combine(_folder, "recipe.yaml");

    public string Image => Path.Combine(_folder, "image.bin");

    /// <summary>Starts it with empty slots, and has it make an image.</summary>
    public static async Task<VirtualUnits> StartAsync(int slots)
    {
        string folder = Directory.CreateTempSubdirectory("speed-").FullName;
        using (Process maker = Start("image", "--chip", "n", "--version", "1.18.299", "--out", Path.Combine(folder, "image.bin")))
        {
            using CancellationTokenSource limit = new(Patience, TimeProvider.System);
            await maker.WaitForExitAsync(limit.Token);
            if (maker.ExitCode != 0)
                throw new InvalidOperationException("the simulator makes no image");
        }

        VirtualUnits units = new(
            Start(
                "--slots", $"{slots}", "--scale", "1", "--seed", "1", "--chip", "n", "--empty", "--with-parent",
                "--scpi-port", "0", "--folder", Path.Combine(folder, "ports")),
            folder);
        JsonElement ready = await units.AnswerAsync();
        File.WriteAllText(units.Jig, JigText(ready));
        File.WriteAllText(units.Recipe, RecipeText);
        return units;
    }

    /// <summary>Puts a fresh unit into each of the first slots.</summary>
    public async Task FillAsync(int slots)
    {
        for (int slot = 1; slot <= slots; slot++)
        {
            if (slot <= _filled)
                await TellAsync($"remove {slot}");
            await TellAsync($"insert {slot} {++_serial}");
        }

        _filled = Math.Max(_filled, slots);
    }

    public async ValueTask DisposeAsync()
    {
        _simulator.StandardInput.Close();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5), TimeProvider.System);
        try
        {
            await _simulator.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _simulator.Kill(entireProcessTree: true);
        }

        _simulator.Dispose();
        Directory.Delete(_folder, true);
    }

    private async Task TellAsync(string command)
    {
        await _simulator.StandardInput.WriteLineAsync(command);
        await _simulator.StandardInput.FlushAsync();
        if ((await AnswerAsync()).TryGetProperty("error", out JsonElement error))
            throw new InvalidOperationException($"{command}: {error}");
    }

    private async Task<JsonElement> AnswerAsync()
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        string line = await _simulator.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("the simulator has ended");
        return JsonDocument.Parse(line).RootElement;
    }

    /// <summary>Its talk goes to our own stderr.</summary>
    private static Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Program(), .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        return Process.Start(start) ?? throw new InvalidOperationException("the simulator did not start");
    }

    /// <summary>The simulator as it was built with this program.</summary>
    private static string Program()
    {
        DirectoryInfo output = new(AppContext.BaseDirectory);
        DirectoryInfo? root = output;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ProvisionStation.sln")))
            root = root.Parent;
        string file = Path.Combine(
            root?.FullName ?? "", "src/ProvisionStation.Simulator/bin", output.Parent!.Name, output.Name, "ProvisionStation.Simulator.dll");
        return File.Exists(file) ? file : throw new InvalidOperationException($"{file} is not there: start this program with 'dotnet run --project tests/bench'");
    }

    private static string JigText(JsonElement ready) => $$"""
        jig: speed
        revision: 1
        supply: 3V3
        presence: link
        instruments:
          psu:
            driver: scpi
            address: tcp://127.0.0.1:{{ready.GetProperty("scpi").GetInt32()}}
            on: "OUTP ON,(@{channel})"
            off: "OUTP OFF,(@{channel})"
            measure: "MEAS:CURR? (@{channel})"
        slots:

        """ + string.Concat(ready.GetProperty("slots").EnumerateArray().Select(slot => $$"""
          - slot: {{slot.GetProperty("slot").GetInt32()}}
            port: {{slot.GetProperty("port").GetString()}}
            log: {{slot.GetProperty("log").GetString()}}
            power: {use: psu, channel: {{slot.GetProperty("slot").GetInt32()}}}
            meter: {use: psu, channel: {{slot.GetProperty("slot").GetInt32()}}}

        """));

    private const string RecipeText = """
        recipe: speed
        revision: 1
        product: {name: Virtual plug, module: CB2S, chip: BK7231N, supply: 3V3}
        image: {file: image.bin}
        steps: [power, link, identify, backup, write, verify, boot, current]
        link: {rates: [1500000, 921600, 460800, 230400, 115200]}
        current: {nominal: [50, 80], mean: [45, 110], peak: 320, cutoff: 200, window: 3}
        """;
}

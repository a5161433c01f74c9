using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ProvisionStation.Speed.Campaign;

/// <summary>The simulator as a program of its own, without the time of wires and flash: it remembers what really happened to each unit.</summary>
internal sealed class Witness : IAsyncDisposable
{
    /// <summary>Serial numbers of cases begin here.</summary>
    private const int FirstSerial = 10_000;
    private const int TimeScale = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _simulator;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly JsonElement _ready;

    private Witness(Process simulator, string folder, JsonElement ready) => (_simulator, Folder, _ready) = (simulator, folder, ready);

    /// <summary>Where the jig, the recipe and the ports are.</summary>
    public string Folder { get; }

    public string Recipe => Path.Combine(Folder, "recipe.yaml");

    public bool HasEnded => _simulator.HasExited;

    public TimeSpan ProcessorTime => _simulator.TotalProcessorTime;

    public static string SerialOf(int number) => (FirstSerial + number).ToString(CultureInfo.InvariantCulture);

    /// <summary>Starts it with empty slots.</summary>
    public static async Task<Witness> StartAsync(int slots, string folder, CampaignImage image)
    {
        Directory.CreateDirectory(folder);
        Process simulator = Programs.Start(
            Programs.Simulator,
            [
                "--slots", $"{slots}", "--turbo", "--scale", $"{TimeScale}", "--seed", "20260101", "--chip", "n", "--empty", "--with-parent",
                "--scpi-port", "0", "--folder", Path.Combine(folder, "ports"),
            ]);
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        string line = await simulator.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException("the simulator said nothing: " + await simulator.StandardError.ReadToEndAsync(limit.Token));
        simulator.BeginErrorReadLine();
        Witness witness = new(simulator, folder, JsonDocument.Parse(line).RootElement);
        await File.WriteAllTextAsync(witness.Recipe, RecipeText(image.File), limit.Token);
        return witness;
    }

    /// <summary>Writes the jig for some of the slots.</summary>
    /// <returns>Its file.</returns>
    public string Jig(params int[] only)
    {
        string file = Path.Combine(Folder, $"jig-{string.Join('-', only)}.yaml");
        IEnumerable<JsonElement> slots = _ready.GetProperty("slots").EnumerateArray()
            .Where(slot => only.Length == 0 || only.Contains(slot.GetProperty("slot").GetInt32()));
        File.WriteAllText(file, JigText + string.Concat(slots.Select(SlotText)));
        return file;
    }

    /// <summary>One command to the simulator, and its answer.</summary>
    /// <exception cref="InvalidOperationException">It refused.</exception>
    public async Task<JsonElement> TellAsync(string command)
    {
        JsonElement answer = await AskAsync(command);
        return answer.TryGetProperty("error", out JsonElement error) ? throw new InvalidOperationException($"{command}: {error}") : answer;
    }

    /// <summary>The same where a refusal is no fault: a random moment may be a wrong one.</summary>
    public async Task<JsonElement> AskAsync(string command)
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        await _turn.WaitAsync(limit.Token);
        try
        {
            await _simulator.StandardInput.WriteLineAsync(command.AsMemory(), limit.Token);
            await _simulator.StandardInput.FlushAsync(limit.Token);
            string answer = await _simulator.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("the simulator has ended");
            return JsonDocument.Parse(answer).RootElement;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A slot's flash as the unit came (<c>original</c>) or is (<c>dump</c>).</summary>
    public async Task<byte[]> FlashAsync(string which, int slot)
    {
        string file = Path.Combine(Folder, $"{which}-{slot}.bin");
        await TellAsync($"{which} {slot} {file}");
        return await File.ReadAllBytesAsync(file);
    }

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
                _simulator.Kill();
            }
        }

        _simulator.Dispose();
        _turn.Dispose();
    }

    private static string SlotText(JsonElement slot) => $$"""
          - slot: {{slot.GetProperty("slot").GetInt32()}}
            port: {{slot.GetProperty("port").GetString()}}
            log: {{slot.GetProperty("log").GetString()}}
            power: {use: psu, channel: {{slot.GetProperty("slot").GetInt32()}}}
            meter: {use: psu, channel: {{slot.GetProperty("slot").GetInt32()}}}

        """;

    private string JigText => $$"""
        jig: campaign
        revision: 1
        supply: 3V3
        presence: link
        presence_interval: 0.1
        instruments:
          psu:
            driver: scpi
            address: tcp://127.0.0.1:{{_ready.GetProperty("scpi").GetInt32()}}
            on: "OUTP ON,(@{channel})"
            off: "OUTP OFF,(@{channel})"
            measure: "MEAS:CURR? (@{channel})"
        slots:

        """;

    /// <summary>Short windows: at this time scale 6 s of boot are 0.3 s.</summary>
    private static string RecipeText(string image) => $$"""
        recipe: campaign
        revision: 1
        product: {name: Virtual plug, module: CB2S, chip: BK7231N, supply: 3V3}
        image: {file: {{image}}}
        link: {rates: [1500000, 921600, 460800, 230400, 115200], window: 0.4}
        boot: {limit: 4}
        current: {nominal: [50, 80], mean: [45, 110], peak: 320, cutoff: 200, window: 0.5}
        config:
          pins: {6: "TglChanOnTgl;1", 8: "WifiLED_n;0", 24: "Btn_Tgl_All;0", 26: "Rel;1"}
          flags: [10]
          names: {short: "plug-{mac6}", long: "Plug_{mac6}"}
        """;
}

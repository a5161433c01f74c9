using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ProvisionStation.Bench;

namespace ProvisionStation.Demo;

/// <summary>The simulator's program, started from the folder beside this one. It ends when its standard input closes, so it never
/// outlives the demo.</summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private const string Seed = "20260101";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Task _log;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private SimulatorProcess(Process process, Task log)
    {
        _process = process;
        _log = log;
    }

    /// <summary>The TCP port of its supply, on this computer.</summary>
    public int ScpiPort { get; private set; }

    public IReadOnlyList<SimulatorSlot> Slots { get; private set; } = [];

    /// <summary>Starts the virtual bench with the folder's crate and the stand-in operator.</summary>
    /// <exception cref="BenchException">It does not start.</exception>
    public static async Task<SimulatorProcess> StartAsync(DemoFolder folder, int slots, int timeScale, CancellationToken cancel)
    {
        Process process = Launch(
        [
            "--slots", $"{slots}", "--scale", timeScale.ToString(CultureInfo.InvariantCulture), "--seed", Seed,
            "--chip", "n", "--with-parent", "--scpi-port", "0", "--folder", folder.Ports, "--crate", folder.CrateFile, "--swap",
        ]);
        SimulatorProcess simulator = new(process, KeepLogAsync(process, folder.SimulatorLog));
        try
        {
            JsonElement ready = await simulator.ReadAsync(cancel);
            simulator.ScpiPort = ready.GetProperty("scpi").GetInt32();
            simulator.Slots = [.. ready.GetProperty("slots").EnumerateArray().Select(slot => new SimulatorSlot(
                slot.GetProperty("slot").GetInt32(), slot.GetProperty("port").GetString()!, slot.GetProperty("log").GetString()!))];
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the simulator make a firmware image.</summary>
    /// <exception cref="BenchException">It could not.</exception>
    public static async Task MakeImageAsync(string chip, string version, string file, CancellationToken cancel)
    {
        using Process process = Launch(["image", "--chip", chip, "--version", version, "--out", file]);
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            string said = await process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode != 0)
                throw Fault($"the simulator could not make an image: {said.Trim()}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Fault($"the simulator made no image in {Patience.TotalSeconds:0} s");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>One command, and its answer.</summary>
    public async Task<JsonElement> AskAsync(string command, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await _process.StandardInput.WriteLineAsync(command.AsMemory(), cancel);
            await _process.StandardInput.FlushAsync(cancel);
            JsonElement answer = await ReadAsync(cancel);
            return answer.TryGetProperty("error", out JsonElement error)
                ? throw Fault($"the simulator refuses '{command}': {error}")
                : answer;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using (CancellationTokenSource limit = new(EndPatience, TimeProvider.System))
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _log.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task<JsonElement> ReadAsync(CancellationToken cancel)
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            string line = await _process.StandardOutput.ReadLineAsync(either.Token) ?? throw Fault("the simulator has ended");
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw Fault($"the simulator said nothing for {Patience.TotalSeconds:0} s");
        }
        catch (JsonException e)
        {
            throw Fault($"the simulator said something that is no JSON: {e.Message}");
        }
    }

    private static async Task KeepLogAsync(Process process, string file)
    {
        await using FileStream log = File.Create(file);
        await process.StandardError.BaseStream.CopyToAsync(log);
    }

    private static Process Launch(IEnumerable<string> arguments)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "simulator");
        string program = Path.Combine(folder, "ProvisionStation.Simulator.dll");
        if (!File.Exists(program))
            throw Fault($"there is no simulator in {folder}");
        ProcessStartInfo start = new(DotnetHost(), [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(start) ?? throw Fault("the simulator did not start");
    }

    /// <summary>The host of the runtime that runs us: the one thing that is surely there, on the search path or not.</summary>
    private static string DotnetHost()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }

    private static BenchException Fault(string what) =>
        new(BenchReasons.PortGone, what, "Build or publish the program again, and see simulator.log in the demo's data folder");
}

using System.Diagnostics;
using System.Text.Json;

namespace ProvisionStation.Bench.Tests.Support;

/// <summary>The station's program, started as a user starts it, with its events.</summary>
internal sealed class StationProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly List<JsonElement> _events = [];

    private StationProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Every event so far.</summary>
    public IReadOnlyList<JsonElement> Events => _events;

    /// <summary>Starts <c>run</c> on a virtual bench.</summary>
    public static StationProcess Run(VirtualBench bench, int units, params string[] more) => Start(
        [
            "run", "--jig", bench.Jig, "--recipe", bench.Recipe, "--lot", "L1", "--units", $"{units}", "--wait", "20", "--data", bench.Data, "--json", .. more,
        ]);

    /// <summary>Starts any command.</summary>
    public static StationProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        new(Programs.Start(Programs.Station, arguments, environment: environment));

    /// <summary>Runs any command to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> CallAsync(params string[] arguments)
    {
        using StationProcess station = Start(arguments);
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        string output = await station._process.StandardOutput.ReadToEndAsync(limit.Token);
        await station._process.WaitForExitAsync(limit.Token);
        return (station._process.ExitCode, output, await station._errors);
    }

    /// <summary>Reads events until one fits, or the program has ended (then null).</summary>
    public async Task<JsonElement?> UntilAsync(Func<JsonElement, bool> fits)
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            JsonElement happened = JsonDocument.Parse(line).RootElement;
            _events.Add(happened);
            if (fits(happened))
                return happened;
        }

        return null;
    }

    /// <summary>Waits until the event of a name, for a slot, a step.</summary>
    public Task<JsonElement?> UntilAsync(string name, int slot, string? step = null) => UntilAsync(happened =>
        happened.Is("event", name) && happened.GetProperty("slot").GetInt32() == slot && (step is null || happened.Is("step", step)));

    /// <summary>Reads all events to the end of the program.</summary>
    /// <returns>Exit code and what stood on stderr.</returns>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        await UntilAsync(_ => false);
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, await _errors);
    }

    /// <summary>Nobody will type anything.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Closes our end of the program's stdout: what it writes from now on meets a broken pipe.</summary>
    public void StopReading() => _process.StandardOutput.Close();

    /// <summary>Waits for the end without reading.</summary>
    public async Task<int> ExitAsync()
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>The verdicts by slot, last one per slot.</summary>
    public IReadOnlyDictionary<int, JsonElement> Verdicts() => _events
        .Where(happened => happened.Is("event", "run.finished"))
        .GroupBy(happened => happened.GetProperty("slot").GetInt32())
        .ToDictionary(slot => slot.Key, slot => slot.Last());

    /// <summary>Types a line at the program's terminal.</summary>
    public async Task TypeAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Closes the program's standard input: nobody can answer any more.</summary>
    public void HangUp() => _process.StandardInput.Close();

    /// <summary>Sends a signal, for example INT.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-" + name, $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}

using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;

namespace ProvisionStation.Speed.Campaign;

/// <summary>The station's program as a user starts it: its events as they come, its end, and what other commands say about its data folder.</summary>
internal sealed class StationUnderTest : IDisposable
{
    public const string Lot = "L1";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Process _process;
    private readonly Channel<JsonElement> _events = Channel.CreateUnbounded<JsonElement>();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private StationUnderTest(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>What the station tells, until it has ended.</summary>
    public ChannelReader<JsonElement> Events => _events.Reader;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts <c>run</c>.</summary>
    public static StationUnderTest Run(
        string jig, string recipe, string data, int waitSeconds, int? units = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        List<string> arguments = ["run", "--jig", jig, "--recipe", recipe, "--lot", Lot, "--wait", $"{waitSeconds}", "--data", data, "--json"];
        if (units is { } many)
            arguments.AddRange(["--units", $"{many}"]);
        return new StationUnderTest(Programs.Start(Programs.Station, arguments, environment));
    }

    /// <summary>Runs any command to its end.</summary>
    public static async Task<Said> CallAsync(params string[] arguments)
    {
        using Process process = Programs.Start(Programs.Station, arguments);
        process.StandardInput.Close();
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new Said(process.ExitCode, output, await errors);
    }

    /// <summary>Every run of a data folder by its id, as <c>runs --json</c> tells it.</summary>
    public static async Task<(Said Said, Dictionary<string, JsonElement> Runs)> RunsAsync(string data)
    {
        Said said = await CallAsync("runs", "--json", "--most", "100000", "--data", data);
        Dictionary<string, JsonElement> runs = said.ExitCode != 0 ? [] : said.Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(run => run.GetProperty("run").GetString()!);
        return (said, runs);
    }

    /// <summary>Sends SIGINT, as Ctrl-C does.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        _ = kill.WaitForExit(10_000);
    }

    /// <summary>Sends SIGKILL: the next instruction is never reached.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end.</summary>
    public async Task<Said> EndAsync()
    {
        using CancellationTokenSource limit = new(Patience, TimeProvider.System);
        await _process.WaitForExitAsync(limit.Token);
        await _reading.WaitAsync(limit.Token);
        return new Said(_process.ExitCode, "", await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            // A killed station may leave half a line: that was never told.
            if (TryParse(line) is { } happened)
                await _events.Writer.WriteAsync(happened);
        }

        _events.Writer.Complete();
    }

    private static JsonElement? TryParse(string line)
    {
        try
        {
            return JsonDocument.Parse(line).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

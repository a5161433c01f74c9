using System.Collections.Concurrent;
using System.Text.Json;
using ProvisionStation.Bench;
using ProvisionStation.Records;
using ProvisionStation.Runs.Channels;

namespace ProvisionStation.Demo;

/// <summary>Asks the simulator which plug sits in a slot when a run starts there: the witness, not the station, says which plug was
/// judged.</summary>
internal sealed class Plantings(SimulatorProcess simulator)
{
    private readonly ConcurrentDictionary<Guid, Task<string?>> _serials = new();

    /// <summary>Told every event; never waits.</summary>
    public void Tell(StationEvent happened)
    {
        if (happened is RunStarted { Run: { } run, Slot: { } slot })
            _serials[run] = Task.Run(() => SerialAsync(slot));
    }

    /// <summary>Waits for the last answers.</summary>
    public Task SettleAsync() => Task.WhenAll(_serials.Values);

    /// <summary>Each run with the serial number of its plug; null where the simulator did not say.</summary>
    public IReadOnlyList<(string? Serial, RunRecord Run)> Found(IEnumerable<RunRecord> runs) =>
        [.. runs.Select(run => (SerialOf(run), run))];

    private string? SerialOf(RunRecord run) =>
        _serials.TryGetValue(run.Id, out Task<string?>? serial) && serial.IsCompletedSuccessfully
#pragma warning disable RS0030 // It has completed: there is nothing to wait for.
            ? serial.Result
#pragma warning restore RS0030
            : null;

    private async Task<string?> SerialAsync(int slot)
    {
        try
        {
            JsonElement unit = await simulator.AskAsync($"state {slot}", CancellationToken.None);
            return unit.TryGetProperty("serial", out JsonElement serial) ? serial.ToString() : null;
        }
        catch (Exception e) when (e is BenchException or IOException or ObjectDisposedException)
        {
            // The judge names the run whose plug is not known.
            return null;
        }
    }
}

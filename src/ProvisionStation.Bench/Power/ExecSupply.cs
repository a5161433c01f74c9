using ProvisionStation.Bench.Jigs;

namespace ProvisionStation.Bench.Power;

/// <summary>Power that programs switch. One at a time: an "off" waits until an "on" under way has ended.</summary>
internal sealed class ExecSupply(IReadOnlyList<string> on, IReadOnlyList<string> off, TimeProvider clock) : IPowerSupply, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public bool IsMechanical => false;

    public ValueTask OnAsync(CancellationToken cancel) => RunAsync(on, cancel);

    public ValueTask OffAsync(CancellationToken cancel) => RunAsync(off, cancel);

    public void Dispose() => _turn.Dispose();

    private async ValueTask RunAsync(IReadOnlyList<string> command, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await ExecProgram.RunAsync(command, BenchReasons.PowerLost, clock, cancel);
        }
        finally
        {
            _turn.Release();
        }
    }
}

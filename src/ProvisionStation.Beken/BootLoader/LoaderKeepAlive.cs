using ProvisionStation.Bench;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>Link checks at a steady pace until disposed. Source: l_bootloader restarts when it hears nothing for long enough.</summary>
internal sealed class LoaderKeepAlive : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;

    public LoaderKeepAlive(LoaderWire wire, TimeProvider clock) => loop = RunAsync(wire, clock, stop.Token);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    private static async Task RunAsync(LoaderWire wire, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await Task.Delay(LoaderTiming.KeepAlive, clock, cancel);
                await wire.AskAsync(Commands.LinkCheck, TimeSpan.Zero, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // disposed: this is how it ends
        }
        catch (Exception fault) when (fault is BenchException or InvalidOperationException)
        {
            // The port is gone, or closed because the slot is off. The next command meets the same, and its caller is the one to tell.
        }
    }
}

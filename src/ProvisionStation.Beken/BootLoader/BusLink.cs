using ProvisionStation.Bench;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>Gets the bus: link checks flow before the chip leaves reset, while it does, and for a window after.</summary>
internal sealed class BusLink(LoaderWire wire, Func<CancellationToken, Task>? restart, TimeProvider clock)
{
    /// <summary>How long to wait before asking again for a port that is closed while its slot is off.</summary>
    private static readonly TimeSpan PortPause = TimeSpan.FromMilliseconds(5);

    /// <summary>Links made.</summary>
    public int Links { get; private set; }

    /// <summary>True where the unit can be restarted from here.</summary>
    public bool CanRestart => restart is not null;

    /// <summary>One attempt.</summary>
    /// <remarks>Only an answer that came after the restart was over counts: an earlier one may be from a unit about to lose its power.
    /// It costs nothing, since a loader that has answered goes on answering.</remarks>
    public async Task<LinkResult> LinkAsync(TimeSpan window, CancellationToken cancel)
    {
        if (restart is null)
            return await CheckForAsync(window, cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await CheckWhileRestartingAsync(cancel);
        Task restarting = restart(stop.Token);
        try
        {
            while (!restarting.IsCompleted)
                await CheckWhileRestartingAsync(stop.Token);
        }
        catch when (!restarting.IsCompleted)
        {
            await stop.CancelAsync();
            await restarting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the first fault is the one to tell
            throw;
        }

        await restarting;
        return await CheckForAsync(window, cancel);
    }

    private async Task<LinkResult> CheckForAsync(TimeSpan window, CancellationToken cancel)
    {
        bool noise = false;
        wire.SetBitRate(LoaderTiming.StartRate);
        long started = clock.GetTimestamp();
        do
        {
            (int bytes, bool answered) = await CheckAsync(cancel);
            if (answered)
            {
                await wire.DrainAsync(cancel);
                Links++;
                return LinkResult.Linked;
            }

            noise |= bytes > 0;
        }
        while (clock.GetElapsedTime(started) < window);
        return noise ? LinkResult.Noise : LinkResult.Silent;
    }

    private async Task CheckWhileRestartingAsync(CancellationToken cancel)
    {
        try
        {
            wire.SetBitRate(LoaderTiming.StartRate);
            await CheckAsync(cancel);
        }
        catch (Exception fault) when (fault is InvalidOperationException or BenchException { Reason: BenchReasons.PortGone })
        {
            // The slot is off and its port closed, or was closed under us: look again shortly. A port that is really gone
            // says so to the restart, or to the first check after it.
            await Task.Delay(PortPause, clock, cancel);
        }
    }

    /// <summary>One link check, then the line until it pauses or the next check is due.</summary>
    private async Task<(int Bytes, bool Answered)> CheckAsync(CancellationToken cancel)
    {
        await wire.SendAsync(Commands.LinkCheck.Bytes, cancel);
        long sent = clock.GetTimestamp();
        int total = 0;
        while (clock.GetElapsedTime(sent) < LoaderTiming.LinkPeriod)
        {
            (int bytes, bool answered) = await wire.ListenAsync(Commands.LinkCheck, LoaderTiming.LinkPause, cancel);
            total += bytes;
            if (answered || bytes == 0)
                return (total, answered);
        }

        return (total, false);
    }
}

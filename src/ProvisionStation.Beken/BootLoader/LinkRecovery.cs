namespace ProvisionStation.Beken.BootLoader;

/// <summary>Wins a line back after a failure, or says that it is lost. What it may do is bounded by its callers' tries.</summary>
internal sealed class LinkRecovery
{
    private const int FailuresToDrop = 2;

    private readonly LoaderWire wire;
    private readonly BusLink link;
    private int failuresInARow;

    public LinkRecovery(LoaderWire wire, BusLink link, IReadOnlyList<int> rates)
    {
        (this.wire, this.link) = (wire, link);
        Ladder = new RateLadder(wire, rates, RestartAsync);
    }

    /// <summary>The bit rates of this session.</summary>
    public RateLadder Ladder { get; }

    /// <summary>Says that a command was answered.</summary>
    public void Succeeded() => failuresInARow = 0;

    /// <summary>After a command without a valid answer: once, find the loader again; the second time in a row, also go down a rung.
    /// A loader that stays silent is restarted either way.</summary>
    /// <param name="basic">True for a BASIC loader.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <returns>True where the unit had to be restarted for it.</returns>
    /// <exception cref="Bench.BenchException">link-lost.</exception>
    public async Task<bool> FailedAsync(bool basic, CancellationToken cancel)
    {
        failuresInARow++;
        bool answers = await ResyncAsync(cancel);
        bool drop = failuresInARow >= FailuresToDrop;
        if (answers && !drop)
            return false;
        if (drop)
        {
            failuresInARow = 0;
            Ladder.Drop();
        }

        int before = link.Links;
        if (!answers)
            await RestartAsync(cancel);
        await Ladder.ClimbAsync(basic, cancel);
        return link.Links > before;
    }

    /// <summary>Restarts the unit and gets the bus at 115200.</summary>
    /// <exception cref="Bench.BenchException">link-lost.</exception>
    public async Task RestartAsync(CancellationToken cancel)
    {
        if (!link.CanRestart || await link.LinkAsync(LoaderTiming.RelinkWindow, cancel) != LinkResult.Linked)
            throw LinkFaults.Lost(wire, "is silent");
    }

    private async Task<bool> ResyncAsync(CancellationToken cancel)
    {
        await wire.DrainAsync(cancel);
        if (await wire.LinkCheckAsync(cancel))
            return true;
        await wire.FlushRequestAsync(cancel);
        await wire.DrainAsync(cancel);
        return await wire.LinkCheckAsync(cancel);
    }
}

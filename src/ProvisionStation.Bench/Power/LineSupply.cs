namespace ProvisionStation.Bench.Power;

/// <summary>Power that RTS or DTR switches.</summary>
internal sealed class LineSupply(SlotLine line) : IPowerSupply
{
    public bool IsMechanical => false;

    public ValueTask OnAsync(CancellationToken cancel) => Set(true);

    public ValueTask OffAsync(CancellationToken cancel) => Set(false);

    private ValueTask Set(bool active)
    {
        line.Set(active);
        return ValueTask.CompletedTask;
    }
}

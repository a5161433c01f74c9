namespace ProvisionStation.Bench.Power;

/// <summary>Reset (CEN) that RTS or DTR pulls. Source of the usual wiring: RTS# over a Schottky diode to CEN, asserted holds the
/// chip in reset.</summary>
internal sealed class LineReset(SlotLine line)
{
    public ValueTask HoldAsync(CancellationToken cancel) => Set(true);

    public ValueTask ReleaseAsync(CancellationToken cancel) => Set(false);

    private ValueTask Set(bool active)
    {
        line.Set(active);
        return ValueTask.CompletedTask;
    }
}

using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Bench.Power;

/// <summary>RTS or DTR of a slot's own port, used to switch something.</summary>
/// <param name="isRts">True for RTS, false for DTR.</param>
/// <param name="activeLow">True where the asserted line (pin low) is the active state.</param>
/// <param name="lines">The lines of the port as it is open now.</param>
internal sealed class SlotLine(bool isRts, bool activeLow, Func<ILineControl> lines)
{
    /// <summary>Makes the line active or inactive.</summary>
    public void Set(bool active)
    {
        bool asserted = active == activeLow;
        if (isRts)
            lines().SetRts(asserted);
        else
            lines().SetDtr(asserted);
    }
}

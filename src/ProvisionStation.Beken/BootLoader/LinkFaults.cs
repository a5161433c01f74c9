using ProvisionStation.Bench;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>How a session says that the line, not the unit, is in question.</summary>
internal static class LinkFaults
{
    public static BenchException Lost(LoaderWire wire, string what) => new(
        BenchReasons.LinkLost,
        $"The unit on {wire.PortPath} answered before and now {what}.",
        "Check the unit's seat, its wires and its supply, then run it again.");
}

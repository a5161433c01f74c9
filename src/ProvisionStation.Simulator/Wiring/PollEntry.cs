using System.Runtime.InteropServices;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>Linux' struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Wanted;
    public short Happened;
}

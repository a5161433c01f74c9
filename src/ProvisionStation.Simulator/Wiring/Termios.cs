using System.Runtime.InteropServices;

namespace ProvisionStation.Simulator.Wiring;

/// <summary>Linux' struct termios2: 44 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Termios
{
    public uint Input;
    public uint Output;
    public uint Control;
    public uint Local;
    public byte Line;
    public fixed byte Characters[19];
    public uint InputRate;
    public uint OutputRate;
}

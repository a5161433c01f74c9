namespace ProvisionStation.Bench.Serial;

/// <summary>RTS, DTR and break of a port that has them.</summary>
internal sealed class LinuxLineControl(LinuxSerialPort port) : ILineControl
{
    public void SetRts(bool asserted) => Set(LinuxCalls.ModemRts, asserted);

    public void SetDtr(bool asserted) => Set(LinuxCalls.ModemDtr, asserted);

    public void SetBreak(bool on) =>
        port.Use(descriptor => LinuxCalls.Control(descriptor, on ? LinuxCalls.BreakOn : LinuxCalls.BreakOff, (nint)0));

    private unsafe void Set(int line, bool asserted) => port.Use(descriptor =>
    {
        int bits = line;
        return LinuxCalls.Control(descriptor, asserted ? LinuxCalls.ModemSetBits : LinuxCalls.ModemClearBits, &bits);
    });
}

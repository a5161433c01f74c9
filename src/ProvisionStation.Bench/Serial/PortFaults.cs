using System.Globalization;
using System.Runtime.InteropServices;

namespace ProvisionStation.Bench.Serial;

/// <summary>What can be wrong with a serial port, in words.</summary>
internal static class PortFaults
{
    private const int FileNotThere = 2; // ENOENT
    private const int LockHeld = 11; // EWOULDBLOCK, from flock

    /// <summary>The port could not be opened.</summary>
    public static BenchException NotOpened(string path, string device, int errno) => errno switch
    {
        FileNotThere or LinuxCalls.NoDevice or LinuxCalls.NoDeviceOrAddress => new BenchException(
            BenchReasons.PortGone,
            $"serial port {path} does not exist",
            "Plug the adapter in, or correct the path in the jig file; 'ports' lists what is there."),
        LinuxCalls.NoPermission => new BenchException(
            BenchReasons.PortGone,
            $"serial port {path} may not be opened by this user",
            "Put the user into the group of the device (dialout or uucp), then log in again."),
        LinuxCalls.Busy or LockHeld => Busy(path, device),
        LinuxCalls.NotATerminal => new BenchException(
            BenchReasons.PortGone, $"{path} is not a serial port", "Correct the path in the jig file; 'ports' lists what is there."),
        _ => new BenchException(
            BenchReasons.PortGone,
            $"serial port {path} cannot be opened: {Marshal.GetPInvokeErrorMessage(errno)}",
            "Plug the adapter out and in again."),
    };

    /// <summary>The adapter was pulled out, or the port was closed while it was used.</summary>
    public static BenchException Gone(string path, bool closed) => closed
        ? new BenchException(BenchReasons.PortGone, $"serial port {path} was closed", "Run the unit again.")
        : new BenchException(
            BenchReasons.PortGone,
            $"serial port {path} is gone: its adapter was pulled out or has failed",
            "Plug the adapter in again, then run the unit again.");

    /// <summary>The driver takes no bytes.</summary>
    public static BenchException Stuck(string path, TimeSpan limit) => new(
        BenchReasons.PortGone,
        string.Create(CultureInfo.InvariantCulture, $"serial port {path} took no bytes for {limit.TotalSeconds:0.##} s"),
        "Plug the adapter out and in again.");

    /// <summary>The driver refuses a setting; the port is still there.</summary>
    public static BenchException Refused(string path, int errno) => new(
        BenchReasons.PortGone,
        $"serial port {path} refuses a setting: {Marshal.GetPInvokeErrorMessage(errno)}",
        "Use an adapter that has this bit rate, line or break, or a recipe with other rates.");

    private static BenchException Busy(string path, string device)
    {
        string holder = PortHolder.Of(device) is { } found ? $"used by {found}" : "used by another program";
        return new BenchException(
            BenchReasons.PortBusy,
            $"serial port {path} is {holder}",
            "End the other program (ModemManager and brltty take ports by themselves), then try again.");
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using ProvisionStation.Bench.Serial;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary><c>ports</c>: the serial ports of this computer, by names that stay.</summary>
internal static class PortsCommand
{
    public static Command Make()
    {
        Option<bool> json = SharedOptions.Json();
        Command command = new StationCommand(
            "ports", "List serial ports with adapter, USB path and the stable name for a jig file.", "ports")
        {
            json,
        };
        command.SetAction(parsed => List(parsed.GetValue(json)));
        return command;
    }

    private static int List(bool json)
    {
        IReadOnlyList<SerialPortEntry> ports = SerialPorts.List();
        if (json)
        {
            foreach (SerialPortEntry port in ports)
                Console.WriteLine(ToJson(port).ToJsonString());
        }
        else
        {
            Columns.Write(
                Console.Out, ["PORT", "ADAPTER", "USB PATH", "STABLE NAME"],
                ports.Select(port => new[] { port.Device, port.Adapter, port.UsbPath, port.StableName }));
            if (ports.Count == 0)
                Console.Error.WriteLine("No serial port found: plug an adapter in, and on Linux look whether its driver is loaded.");
        }

        return (int)ExitCode.Passed;
    }

    private static JsonObject ToJson(SerialPortEntry port) => new()
    {
        ["port"] = port.Device,
        ["adapter"] = port.Adapter,
        ["usbPath"] = port.UsbPath,
        ["stableName"] = port.StableName,
    };
}

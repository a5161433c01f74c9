using ProvisionStation.Bench;
using ProvisionStation.Bench.Serial;

namespace ProvisionStation.Tests.Bench;

public sealed class SerialPortsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sys").FullName;

    public SerialPortsTests()
    {
        Adapter("1-4.1.2", "ttyUSB10", ["FTDI", "Quad RS232-HS"], "1-4.1.2:1.0");
        Port("1-4.1.2/1-4.1.2:1.1", "ttyUSB2");
        Port("../platform/serial8250", "ttyS0", type: "4");
        Port("../platform/serial8250", "ttyS1", type: "0");
        Directory.CreateDirectory(Path.Combine(Sys, "class/tty/tty0"));
        string byPath = Path.Combine(Dev, "serial/by-path");
        Directory.CreateDirectory(byPath);
        File.WriteAllText(Path.Combine(Dev, "ttyUSB2"), "");
        File.CreateSymbolicLink(Path.Combine(byPath, "pci-0-usb-0:4.1.2:1.1-port0"), "../../ttyUSB2");
    }

    private string Sys => Path.Combine(_root, "sys");

    private string Dev => Path.Combine(_root, "dev");

    public void Dispose() => Directory.Delete(_root, true);

    [Fact]
    public void Ports_are_listed_with_adapter_place_and_stable_name()
    {
        IReadOnlyList<SerialPortEntry> ports = SerialPorts.List(Sys, Dev);
        Assert.Equal(["ttyS0", "ttyUSB2", "ttyUSB10"], ports.Select(port => Path.GetFileName(port.Device)));
        Assert.Equal(("built in", null, null), (ports[0].Adapter, ports[0].UsbPath, ports[0].StableName));
        Assert.Equal(("FTDI Quad RS232-HS (0403:6011)", "1-4.1.2:1.1"), (ports[1].Adapter, ports[1].UsbPath));
        Assert.Equal(Path.Combine(Dev, "serial/by-path/pci-0-usb-0:4.1.2:1.1-port0"), ports[1].StableName);
        Assert.Equal("1-4.1.2:1.0", ports[2].UsbPath);
    }

    [Theory]
    [InlineData("1-4.1.2:1.1", "ttyUSB2")]
    [InlineData("1-4.1.2", "ttyUSB10")]
    public void A_usb_path_finds_its_device(string usbPath, string device) =>
        Assert.Equal(Path.Combine(Dev, device), SerialPorts.Resolve(usbPath, Sys, Dev));

    [Fact]
    public void A_device_path_is_taken_as_it_is() => Assert.Equal("/dev/jig/slot1", SerialPorts.Resolve("/dev/jig/slot1", Sys, Dev));

    [Fact]
    public void A_usb_path_with_nothing_in_it_is_a_port_that_is_gone()
    {
        BenchException error = Assert.Throws<BenchException>(() => SerialPorts.Resolve("1-4.1.3", Sys, Dev));
        Assert.Equal(BenchReasons.PortGone, error.Reason);
        Assert.Contains("'ports'", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_without_a_tree_has_no_ports() => Assert.Empty(SerialPorts.List(Path.Combine(_root, "none"), Dev));

    private void Adapter(string place, string tty, string[] texts, string port)
    {
        string folder = Path.Combine(Sys, "devices/usb1", place);
        Port($"{place}/{port}", tty);
        File.WriteAllText(Path.Combine(folder, "idVendor"), "0403\n");
        File.WriteAllText(Path.Combine(folder, "idProduct"), "6011\n");
        File.WriteAllText(Path.Combine(folder, "manufacturer"), texts[0] + "\n");
        File.WriteAllText(Path.Combine(folder, "product"), texts[1] + "\n");
    }

    private void Port(string place, string tty, string? type = null)
    {
        string folder = Path.GetFullPath(Path.Combine(Sys, "devices/usb1", place, tty, "tty", tty));
        Directory.CreateDirectory(Path.Combine(folder, "device"));
        if (type is not null)
            File.WriteAllText(Path.Combine(folder, "type"), type + "\n");
        Directory.CreateDirectory(Path.Combine(Sys, "class/tty"));
        File.CreateSymbolicLink(Path.Combine(Sys, "class/tty", tty), Path.GetRelativePath(Path.Combine(Sys, "class/tty"), folder));
    }
}

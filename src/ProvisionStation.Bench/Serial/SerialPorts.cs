using System.Text.RegularExpressions;

namespace ProvisionStation.Bench.Serial;

/// <summary>Lists and opens the serial ports of this computer.</summary>
public static partial class SerialPorts
{
    private const string SysRoot = "/sys";
    private const string DeviceRoot = "/dev";

    /// <summary>By place first: a replaced adapter keeps its slot, and some adapters have no serial number at all.</summary>
    private static readonly string[] StableFolders = ["by-path", "by-id"];

    /// <summary>Opens a port for this process alone. RTS and DTR are released at once.</summary>
    /// <param name="path">Device path, or USB path such as <c>1-4.1.2</c> or <c>1-4.1.2:1.0</c>.</param>
    /// <param name="bitRate">Bits per second, 1 and up; what the adapter cannot make shows in the link, not here.</param>
    /// <param name="linesSwitchPower">True where RTS or DTR switches power or reset: they are then released when this process dies.</param>
    /// <param name="clock">The clock of every limit.</param>
    /// <exception cref="BenchException"><see cref="BenchReasons.PortGone"/> or <see cref="BenchReasons.PortBusy"/>, with what to
    /// do.</exception>
    public static ISerialPort Open(string path, int bitRate, bool linesSwitchPower, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bitRate, 1);
        if (OperatingSystem.IsLinux())
            return LinuxSerialPort.Open(path, Resolve(path, SysRoot, DeviceRoot), bitRate, linesSwitchPower, clock);
#if SYSTEM_IO_PORTS
        return new SystemIoPort(path, bitRate, clock);
#else
        throw new BenchException(
            BenchReasons.PortGone,
            $"this build cannot open {path}: it has serial ports for Linux only",
            "Build with -p:UseSystemIoPorts=true on this system.");
#endif
    }

    /// <summary>The serial ports that are there, by device. Empty where the system does not say (only Linux does).</summary>
    public static IReadOnlyList<SerialPortEntry> List() => List(SysRoot, DeviceRoot);

    /// <summary>True for a place in the USB tree, as <see cref="SerialPortEntry.UsbPath"/> gives it.</summary>
    public static bool IsUsbPath(string path) => UsbPath().IsMatch(path);

    /// <summary>The same over any tree.</summary>
    internal static IReadOnlyList<SerialPortEntry> List(string sysRoot, string deviceRoot)
    {
        string all = Path.Combine(sysRoot, "class", "tty");
        if (!Directory.Exists(all))
            return [];
        Dictionary<string, string> names = StableNames(deviceRoot);
        return [.. Directory.EnumerateFileSystemEntries(all)
            .Select(tty => Entry(tty, deviceRoot, names))
            .OfType<SerialPortEntry>()
            .OrderBy(entry => entry.Device.Length).ThenBy(entry => entry.Device, StringComparer.Ordinal)];
    }

    /// <summary>The device file of a port given by device path or USB path.</summary>
    internal static string Resolve(string path, string sysRoot, string deviceRoot)
    {
        if (!IsUsbPath(path))
            return path;
        // A USB path without its interface means the adapter's first port.
        SerialPortEntry? found = List(sysRoot, deviceRoot)
            .Where(entry => entry.UsbPath == path || entry.UsbPath?.StartsWith(path + ":", StringComparison.Ordinal) == true)
            .OrderBy(entry => entry.UsbPath, StringComparer.Ordinal)
            .FirstOrDefault();
        return found?.Device ?? throw new BenchException(
            BenchReasons.PortGone,
            $"no serial port is plugged in at USB path {path}",
            "Plug the adapter in, or correct the path in the jig file; 'ports' lists what is there.");
    }

    private static SerialPortEntry? Entry(string tty, string deviceRoot, Dictionary<string, string> names)
    {
        string name = Path.GetFileName(tty);
        string place = LinkEnd(tty);
        if (!Directory.Exists(Path.Combine(place, "device")) || FirstLine(Path.Combine(place, "type")) == "0")
            return null; // a console, a pseudo terminal, or a port of the board that is not fitted
        string device = Path.Combine(deviceRoot, name);
        (string? usbPath, string adapter) = Adapter(place);
        return new SerialPortEntry(device, adapter, usbPath, names.GetValueOrDefault(name));
    }

    /// <summary>Climbs from the port to the USB device, which is the folder with an <c>idVendor</c>; the folder below it is the
    /// interface.</summary>
    private static (string? UsbPath, string Adapter) Adapter(string place)
    {
        string below = place;
        for (string? folder = Path.GetDirectoryName(place); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (FirstLine(Path.Combine(folder, "idVendor")) is { } vendor)
            {
                string[] parts = [FirstLine(Path.Combine(folder, "manufacturer")) ?? "", FirstLine(Path.Combine(folder, "product")) ?? ""];
                string text = string.Join(' ', parts.Where(part => part.Length > 0));
                string ids = $"{vendor}:{FirstLine(Path.Combine(folder, "idProduct"))}";
                return (Path.GetFileName(below), text.Length == 0 ? ids : $"{text} ({ids})");
            }

            below = folder;
        }

        return (null, "built in");
    }

    private static Dictionary<string, string> StableNames(string deviceRoot)
    {
        Dictionary<string, string> names = [];
        foreach (string folder in StableFolders.Select(one => Path.Combine(deviceRoot, "serial", one)).Where(Directory.Exists))
        {
            foreach (string link in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
                names.TryAdd(Path.GetFileName(LinkEnd(link)), link);
        }

        return names;
    }

    private static string LinkEnd(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException)
        {
            return path; // a link without an end, or unplugged while we look
        }
    }

    private static string? FirstLine(string file)
    {
        try
        {
            using StreamReader reader = new(file);
            char[] text = new char[200];
            int count = reader.ReadBlock(text);
            IEnumerable<char> line = text.Take(count).TakeWhile(letter => letter is not ('\n' or '\r'));
            return new string([.. line.Select(letter => char.IsControl(letter) ? '?' : letter)]).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^\d{1,3}-\d{1,3}(\.\d{1,3}){0,6}(:\d{1,3}\.\d{1,3})?$")]
    private static partial Regex UsbPath();
}

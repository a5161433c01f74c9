using System.Security.Cryptography;
using System.Text;
using ProvisionStation.Bench.Serial;
using ProvisionStation.Bench.Yaml;

namespace ProvisionStation.Bench.Jigs;

/// <summary>Reads <c>jig.yaml</c> and checks it: unknown fields, ports used twice, instruments that do not exist, mains in a
/// slot.</summary>
public static class JigFile
{
    private const string FileName = "jig.yaml";
    private const int MostSlots = 99;
    private const int MostPathLength = 1024;

    /// <summary>Reads a jig. A relative port path is relative to the file; a USB path such as <c>1-4.1.2:1.0</c> is kept.</summary>
    /// <param name="path">The file, or the folder that holds a <c>jig.yaml</c>.</param>
    /// <exception cref="ConfigurationException">With file, line, field and what is allowed.</exception>
    public static Jig Load(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        YamlSection root = YamlSection.Load(file);
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string name = root.Text("jig", 64);
        int revision = (int)root.Number("revision", 1, 1_000_000);
        JigSupply supply = Supply(root);
        JigPresence presence = Presence(root);
        TimeSpan interval = TimeSpan.FromSeconds(root.Real("presence_interval", 0.1, 60, 3));
        Dictionary<string, JigInstrument> instruments = Instruments(root);
        IReadOnlyList<YamlSection> sections = root.Sections("slots", MostSlots);
        if (sections.Count == 0)
            throw root.Error(
                "slots", root.Has("slots") ? "is empty" : "is missing", "at least one entry '- slot: 1' with 'port:' and 'power:'");
        List<JigSlot> slots = [.. sections.Select(section => Slot(section, folder))];
        root.RejectUnknown();
        JigRules.Check(presence, instruments, slots, sections);
        return new Jig(
            name,
            revision,
            supply,
            presence,
            interval,
            instruments,
            [.. slots.OrderBy(slot => slot.Number)],
            Path.GetFullPath(file),
            root.SourceText,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root.SourceText))));
    }

    private static JigSupply Supply(YamlSection root) => root.Text("supply", 32) switch
    {
        "3V3" => JigSupply.ThreeVoltThree,
        "5V" => JigSupply.FiveVolt,
        _ => throw root.Error(
            "supply",
            $"'{root.Text("supply", 32)}' is not allowed; {JigRules.WhyNoMains}",
            "3V3 or 5V, from an isolated supply"),
    };

    private static JigPresence Presence(YamlSection root)
    {
        string presence = root.Choice("presence", ["link", "input", "operator"], "link");
        return presence switch
        {
            "link" => JigPresence.Link,
            "operator" => JigPresence.Operator,
            _ => throw root.Error(
                "presence", "'input' comes later: this version reads no input that says a unit is in", "link or operator"),
        };
    }

    private static Dictionary<string, JigInstrument> Instruments(YamlSection root)
    {
        Dictionary<string, JigInstrument> instruments = [];
        if (root.Section("instruments") is not { } all)
            return instruments;
        foreach (string name in all.Keys)
        {
            if (all.Section(name) is { } section)
                instruments[name] = JigDevices.Instrument(name, section);
        }

        return instruments;
    }

    private static JigSlot Slot(YamlSection section, string folder)
    {
        int number = (int)section.Number("slot", 1, MostSlots);
        string port = PortPath(section.Text("port", MostPathLength), folder);
        string? log = section.OptionalText("log", MostPathLength) is { } text ? PortPath(text, folder) : null;
        JigDevice power = JigDevices.Power(section, folder);
        JigDevice? meter = JigDevices.Meter(section, folder);
        JigDevice? reset = JigDevices.Reset(section);
        section.RejectUnknown();
        return new JigSlot(number, port, log, power, meter, reset, section.Line);
    }

    private static string PortPath(string path, string folder) =>
        SerialPorts.IsUsbPath(path) || OperatingSystem.IsWindows() ? path : Path.GetFullPath(path, folder);
}

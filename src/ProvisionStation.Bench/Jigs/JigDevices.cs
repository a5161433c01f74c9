using ProvisionStation.Bench.Scpi;
using ProvisionStation.Bench.Yaml;

namespace ProvisionStation.Bench.Jigs;

/// <summary>Reads the parts of a jig file that name devices: instruments, and who switches, measures and resets a slot.</summary>
internal static class JigDevices
{
    private const int MostChannel = 999;
    private const string Use = "{use: INSTRUMENT, channel: N}";
    private const string PowerForms =
        $"{Use}, {{driver: exec, on: [PROGRAM, …], off: [PROGRAM, …]}}, {{driver: manual}} or {{driver: rts|dtr}}";
    private const string MeterForms = $"{Use} or {{driver: exec, measure: [PROGRAM, …]}}";
    private const string ResetForms = "{driver: rts|dtr, active: low|high}";

    /// <summary>An entry of <c>instruments:</c>.</summary>
    public static JigInstrument Instrument(string name, YamlSection section)
    {
        JigRules.RefuseMains(section, null, name);
        string driver = Driver(section, ["scpi"], "scpi");
        string address = section.Text("address");
        if (ScpiAddress.Parse(address) is null)
            throw section.Error("address", $"'{address}' is no address of an instrument", ScpiAddress.Allowed);
        JigRules.RefuseMains(section, "address", address);
        JigInstrument instrument = new(
            name,
            driver,
            address,
            section.Texts("setup", 16),
            section.OptionalText("on"),
            section.OptionalText("off"),
            section.OptionalText("measure"),
            section.OptionalText("limited"));
        section.RejectUnknown();
        if (instrument.On is null != instrument.Off is null)
            throw section.Error(
                instrument.On is null ? "on" : "off",
                "is missing, and its counterpart is there",
                "both 'on' and 'off', or neither for an instrument that only measures");
        if (instrument.On is null && instrument.Measure is null)
            throw section.Error(null, "the instrument neither switches nor measures", "'on' and 'off', or 'measure', or all three");
        if (instrument.On is null && instrument.Limited is not null)
            throw section.Error("limited", "the instrument switches no slot's power", "'on' and 'off' beside it, or no 'limited'");
        foreach ((string field, string command) in Commands(instrument))
            CheckBraces(section, field, command);
        return instrument;
    }

    /// <summary>The commands of an instrument, with their fields.</summary>
    public static IEnumerable<(string Field, string Command)> Commands(JigInstrument instrument)
    {
        foreach (string command in instrument.Setup)
            yield return ("setup", command);
        if (instrument.On is not null)
            yield return ("on", instrument.On);
        if (instrument.Off is not null)
            yield return ("off", instrument.Off);
        if (instrument.Measure is not null)
            yield return ("measure", instrument.Measure);
        if (instrument.Limited is not null)
            yield return ("limited", instrument.Limited);
    }

    public static JigDevice Power(YamlSection slot, string folder)
    {
        YamlSection section = slot.Section("power") ?? throw slot.Error("power", "is missing", PowerForms);
        if (section.Has("use"))
            return Shared(section);
        string driver = Driver(section, ["exec", "manual", "rts", "dtr"], PowerForms);
        JigDevice device = driver == "exec"
            ? Own(driver) with { On = Program(section, "on", folder), Off = Program(section, "off", folder) }
            : Own(driver);
        if (driver is "rts" or "dtr" && section.Choice("active", ["low", "high"], "low") == "high")
        {
            throw section.Error(
                "active",
                "a line is high when its port is closed or the station dies, and would switch the slot on then",
                "low: wire the switch so that the asserted line (pin low) is on");
        }

        section.RejectUnknown();
        return device;
    }

    public static JigDevice? Meter(YamlSection slot, string folder)
    {
        if (slot.Section("meter") is not { } section)
            return null;
        if (section.Has("use"))
            return Shared(section);
        string driver = Driver(section, ["exec"], MeterForms);
        JigDevice device = Own(driver) with { Measure = Program(section, "measure", folder) };
        section.RejectUnknown();
        return device;
    }

    public static JigDevice? Reset(YamlSection slot)
    {
        if (slot.Section("reset") is not { } section)
            return null;
        string driver = Driver(section, ["rts", "dtr"], ResetForms);
        bool activeLow = section.Choice("active", ["low", "high"], "low") == "low";
        section.RejectUnknown();
        return Own(driver) with { ActiveLow = activeLow };
    }

    private static JigDevice Own(string? driver) => new(null, 0, driver, [], [], [], true);

    private static JigDevice Shared(YamlSection section)
    {
        JigDevice device = Own(null) with { Use = section.Text("use", 64), Channel = (int)section.Number("channel", 1, MostChannel, 1) };
        section.RejectUnknown();
        return device;
    }

    private static string Driver(YamlSection section, IReadOnlyList<string> allowed, string forms)
    {
        if (!section.Has("driver"))
            throw section.Error("driver", "is missing", forms);
        JigRules.RefuseMains(section, "driver", section.Text("driver", 64));
        return section.Choice("driver", allowed);
    }

    /// <summary>Program and arguments; a program with a relative folder is relative to the jig file, a bare name is looked for in
    /// PATH.</summary>
    private static IReadOnlyList<string> Program(YamlSection section, string field, string folder)
    {
        IReadOnlyList<string> command = section.Texts(field);
        if (command.Count == 0)
            throw section.Error(
                field,
                section.Has(field) ? "is empty" : "is missing",
                "a program and its arguments, for example [relay, \"1\", \"on\"]; no shell is used");
        JigRules.RefuseMains(section, field, Path.GetFileName(command[0]));
        bool hasFolder = command[0].Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return hasFolder ? [Path.GetFullPath(command[0], folder), .. command.Skip(1)] : command;
    }

    private static void CheckBraces(YamlSection section, string field, string command)
    {
        if (command.Replace("{channel}", "", StringComparison.Ordinal).AsSpan().IndexOfAny('{', '}') >= 0)
            throw section.Error(
                field, $"'{command}' holds braces that mean nothing", "{channel}, which becomes the slot's channel, and no other braces");
    }
}

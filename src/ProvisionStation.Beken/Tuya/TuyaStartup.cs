using System.Globalization;

namespace ProvisionStation.Beken.Tuya;

/// <summary>What a pin map needs besides pins: the current of an LED driver chip, the order of its colours, a driver to start.</summary>
/// <remarks>
/// Source of the commands: BK7231GUIFlashTool, Utils/TuyaConfig.cs. Source of the ranges: OpenBK7231T_App, src/driver/drv_sm2135.h (steps up to
/// 45 mA for colours and 60 mA for white), drv_bp5758d.h (90 mA), src/hal/bk7231/hal_pins_bk7231.c (100 Hz to 20 kHz, after the vendor's own
/// code), src/driver/drv_sm2135.c (LED_Map 0 to 4); SM2235, SM2335 and BP1658CJ keep a current in four bits (ESPHome, components sm2235 and
/// bp1658cj). For KP18058 no public page gives a range: 0 to 31, the five bits its gray levels have too, holds all values of public templates.
/// </remarks>
internal sealed class TuyaStartup
{
    private static readonly string[] Colours = ["iicr", "iicg", "iicb", "iicc", "iicw"];

    private readonly TuyaText text;
    private readonly List<string> commands = [];
    private readonly List<TuyaDoubt> doubts = [];

    private TuyaStartup(TuyaText text) => this.text = text;

    /// <summary>The commands, in the order in which they should run.</summary>
    public IReadOnlyList<string> Commands => commands;

    /// <summary>What a person must look at; a value out of its range makes no command.</summary>
    public IReadOnlyList<TuyaDoubt> Doubts => doubts;

    /// <summary>Makes the commands that belong to a map.</summary>
    public static TuyaStartup Of(TuyaText text, IReadOnlyList<TuyaPin> pins)
    {
        TuyaStartup startup = new(text);
        if (text.Root.ContainsKey("pwmhz"))
            startup.Add("PWMFrequency", startup.Value(("pwmhz", 100, 20_000)));
        startup.AddCurrents(pins.FirstOrDefault(pin => pin.Key == "iicsda")?.Role);
        if (Array.Exists(Colours, text.Root.ContainsKey))
            startup.Add("LED_Map", [.. Colours.Select(startup.Output)]);
        if (text.Number("chip_type") == 3 || text.Root.ContainsKey("ele_rx") || text.Root.ContainsKey("ele_tx"))
            startup.Add("startDriver BL0942");
        if (pins.Any(pin => pin.Role == "SM16703P_DIN"))
            startup.Add("startDriver SM16703P");
        return startup;
    }

    private void AddCurrents(string? role)
    {
        switch (role)
        {
            case "SM2135DAT":
                int? colour = Value(("ehccur", 0, 7), ("iicccur", 0, 7), ("campere", 10, 45));
                int? white = Value(("ehwcur", 0, 10), ("iicwcur", 0, 10), ("wampere", 10, 60));
                Add("SM2135_Current", colour, white);
                DoubtMilliamperes("campere", colour, "ehccur", "iicccur");
                DoubtMilliamperes("wampere", white, "ehwcur", "iicwcur");
                break;
            case "BP5758D_DAT":
                int? warm = Value(("dwcur", 0, 90)), cold = Value(("dccur", 0, 90));
                Add("BP5758D_Current", Value(("drgbcur", 0, 90)), warm is null || cold is null ? null : Math.Max(warm.Value, cold.Value));
                break;
            case "BP1658CJ_DAT":
                Add("BP1658CJ_Current", Value(("cjccur", 0, 15)), Value(("cjwcur", 0, 15)));
                break;
            case "SM2235DAT":
                Add("SM2235_Current", Value(("2235ccur", 0, 15), ("2335ccur", 0, 15)), Value(("2235wcur", 0, 15)));
                break;
            case "KP18058_DAT":
                Add("KP18058_Current", Value(("kp58wcur", 0, 31)), Value(("kp58ccur", 0, 31)));
                break;
        }
    }

    /// <summary>These two keys are in mA, and the flash tool hands them to a command that takes steps: the lamp would be dimmer than it was.</summary>
    private void DoubtMilliamperes(string key, int? value, params string[] before)
    {
        if (value is { } found && text.Root.ContainsKey(key) && !before.Any(text.Root.ContainsKey))
        {
            doubts.Add(new TuyaDoubt(
                key, $"{key} is {found} mA, but SM2135_Current takes steps of 5 mA above 10 mA: {found} mA is step {(found - 10) / 5}", PinConfidence.Likely));
        }
    }

    /// <summary>The value of the first key that is there; 1, as the public tools have it, where none is; null where it is out of its range.</summary>
    private int? Value(params (string Key, int Least, int Most)[] keys)
    {
        foreach ((string key, int least, int most) in keys.Where(one => text.Root.ContainsKey(one.Key)))
            return InRange(key, least, most);
        return 1;
    }

    /// <summary>The output of a colour; -1 where it has none.</summary>
    private int? Output(string colour) => !text.Root.ContainsKey(colour) || text.Word(colour) == "-1" ? -1 : InRange(colour, 0, 4);

    private int? InRange(string key, int least, int most)
    {
        if (text.Number(key) is { } number && number >= least && number <= most)
            return number;
        string found = text.Word(key) ?? "no number";
        doubts.Add(new TuyaDoubt(
            key, $"{key} is {(found.Length <= 24 ? found : found[..24] + "…")}, and {least} to {most} is possible: its start-up command is left out", PinConfidence.Unknown));
        return null;
    }

    private void Add(string command, params int?[] numbers)
    {
        if (!numbers.Contains(null))
            commands.Add(string.Join(' ', [command, .. numbers.Select(number => number!.Value.ToString(CultureInfo.InvariantCulture))]));
    }
}

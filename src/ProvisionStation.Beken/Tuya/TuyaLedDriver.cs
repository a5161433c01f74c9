using System.Globalization;

namespace ProvisionStation.Beken.Tuya;

/// <summary>What a pin map needs besides pins: the current of an LED driver chip, the order of its colours, a driver to start.</summary>
/// <remarks>Source: BK7231GUIFlashTool, Utils/TuyaConfig.cs; upk2esphome, parts/bulb.py, for the chip numbers of <c>dmod</c>.</remarks>
internal static class TuyaLedDriver
{
    private static readonly string[] Colours = ["iicr", "iicg", "iicb", "iicc", "iicw"];

    /// <summary>Role by the chip number, for a text without any current key; null where the number names no I2C chip.</summary>
    public static string? RoleByChip(int? dmod, string key)
    {
        (string Data, string Clock)? roles = dmod switch
        {
            2 or 3 or 4 => ("SM2135DAT", "SM2135CLK"),
            5 => ("BP1658CJ_DAT", "BP1658CJ_CLK"),
            6 => ("BP5758D_DAT", "BP5758D_CLK"),
            7 => ("SM2235DAT", "SM2235CLK"),
            _ => null,
        };
        return key == "iicsda" ? roles?.Data : roles?.Clock;
    }

    /// <summary>The commands, in the order in which they should run.</summary>
    public static IReadOnlyList<string> Startup(TuyaText text, IReadOnlyList<TuyaPin> pins)
    {
        List<string> commands = [];
        if (text.Number("pwmhz") is { } hertz)
            commands.Add(Line("PWMFrequency", hertz));
        switch (pins.FirstOrDefault(pin => pin.Key == "iicsda")?.Role)
        {
            case "SM2135DAT":
                commands.Add(Line("SM2135_Current", First("ehccur", "iicccur", "campere"), First("ehwcur", "iicwcur", "wampere")));
                break;
            case "BP5758D_DAT":
                commands.Add(Line("BP5758D_Current", First("drgbcur"), Math.Max(First("dwcur"), First("dccur"))));
                break;
            case "BP1658CJ_DAT":
                commands.Add(Line("BP1658CJ_Current", First("cjccur"), First("cjwcur")));
                break;
            case "SM2235DAT":
                commands.Add(Line("SM2235_Current", First("2235ccur", "2335ccur"), First("2235wcur")));
                break;
            case "KP18058_DAT":
                commands.Add(Line("KP18058_Current", First("kp58wcur"), First("kp58ccur")));
                break;
        }

        if (Array.Exists(Colours, text.Root.ContainsKey))
            commands.Add(Line("LED_Map", [.. Colours.Select(colour => text.Number(colour) ?? -1)]));
        if (text.Number("chip_type") == 3 || text.Root.ContainsKey("ele_rx") || text.Root.ContainsKey("ele_tx"))
            commands.Add("startDriver BL0942");
        if (pins.Any(pin => pin.Role == "SM16703P_DIN"))
            commands.Add("startDriver SM16703P");
        return commands;

        int First(params string[] keys) => keys.Select(text.Number).FirstOrDefault(number => number is not null) ?? 1;
    }

    private static string Line(string command, params int[] numbers) =>
        string.Join(' ', [command, .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))]);
}

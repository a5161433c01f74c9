using System.Globalization;

namespace ProvisionStation.Beken.Obk;

/// <summary>The pin roles of OpenBeken by number and by name.</summary>
/// <remarks>
/// Source: OpenBK7231T_App 1.18.299, src/new_pins.h and src/new_pins.c. The firmware compares role names ignoring case.
/// A number behind the last one is taken by the firmware but overruns its name table later, so it is no role here.
/// </remarks>
public static class ObkPinRole
{
    private static readonly string[] Names = ReadColumn(1);
    private static readonly string[] Meanings = ReadColumn(2);
    private static readonly Dictionary<string, int> Numbers = ReadNumbers();

    /// <summary>How many roles there are: 0 (<c>None</c>) to this less one.</summary>
    public static int Count => Names.Length;

    /// <summary>The firmware's name for a role, for example <c>Rel</c> for 1; null for a number it does not know.</summary>
    public static string? NameOf(int number) => number >= 0 && number < Names.Length ? Names[number] : null;

    /// <summary>What a role does, in a few words; null for a number the firmware does not know.</summary>
    public static string? MeaningOf(int number) => number >= 0 && number < Meanings.Length ? Meanings[number] : null;

    /// <summary>The number of a role, by the firmware's name, the flash tool's, or a spelling found in public device templates; null for none.</summary>
    /// <remarks>Case and surrounding blanks do not count. A decimal number names itself.</remarks>
    public static int? NumberOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string trimmed = name.Trim();
        if (int.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return NameOf(number) is null ? null : number;
        return Numbers.TryGetValue(trimmed, out int known) ? known : null;
    }

    private static string[] ReadColumn(int column)
    {
        List<string[]> rows = ObkTable.Rows("openbeken-pin-roles.csv");
        string[] names = new string[rows.Count];
        foreach (string[] row in rows)
            names[int.Parse(row[0], CultureInfo.InvariantCulture)] = row[column];
        return names;
    }

    private static Dictionary<string, int> ReadNumbers()
    {
        Dictionary<string, int> numbers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string[] row in ObkTable.Rows("openbeken-pin-roles.csv"))
        {
            int number = int.Parse(row[0], CultureInfo.InvariantCulture);
            numbers.TryAdd(row[1], number);
            if (row[5].Length > 0)
                numbers.TryAdd(row[5], number);
        }
        // Spellings that occur in OpenBekenIOT/webapp, devices.json, and its own renaming in templateParser.js.
        foreach ((string alias, string name) in (ReadOnlySpan<(string, string)>)[
            ("Button", "Btn"), ("Button_n", "Btn_n"), ("Relay", "Rel"), ("Relay_n", "Rel_n"), ("Btn_NextColour", "Btn_NextColor"),
            ("Btn_NextColour_n", "Btn_NextColor_n"), ("WiFi_LED", "WifiLED"), ("WiFi_LED_n", "WifiLED_n"), ("SM2135_DAT", "SM2135DAT"),
            ("SM2135_CLK", "SM2135CLK"), ("SM2235_DAT", "SM2235DAT"), ("SM2235_CLK", "SM2235CLK"), ("BP5758_DAT", "BP5758D_DAT"),
            ("BP5758_CLK", "BP5758D_CLK")])
            numbers.TryAdd(alias, numbers[name]);
        return numbers;
    }
}

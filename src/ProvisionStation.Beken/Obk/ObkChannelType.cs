using System.Globalization;

namespace ProvisionStation.Beken.Obk;

/// <summary>What a channel of OpenBeken means.</summary>
/// <remarks>Source: OpenBK7231T_App 1.18.299, src/new_pins.h.</remarks>
public static class ObkChannelType
{
    private static readonly Dictionary<int, string> Names =
        ObkTable.Rows("openbeken-channel-types.csv").ToDictionary(row => int.Parse(row[0], CultureInfo.InvariantCulture), row => row[1]);

    /// <summary>The firmware's name of a channel type, for example <c>Dimmer</c> for 7; null for a number it does not know.</summary>
    public static string? NameOf(int number) => Names.GetValueOrDefault(number);

    /// <summary>The number of a channel type, by the firmware's name or by a number it knows; null for none.</summary>
    /// <remarks>Case and surrounding blanks do not count.</remarks>
    public static int? NumberOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string trimmed = name.Trim();
        if (int.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return Names.ContainsKey(number) ? number : null;
        foreach ((int type, string known) in Names)
        {
            if (trimmed.Equals(known, StringComparison.OrdinalIgnoreCase))
                return type;
        }
        return null;
    }
}

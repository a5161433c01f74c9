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
}

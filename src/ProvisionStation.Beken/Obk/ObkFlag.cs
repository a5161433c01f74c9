using System.Globalization;

namespace ProvisionStation.Beken.Obk;

/// <summary>The flags of OpenBeken's 64-bit flag word.</summary>
/// <remarks>Source: OpenBK7231T_App 1.18.299, src/new_pins.h.</remarks>
public static class ObkFlag
{
    /// <summary>Publish own state when MQTT connects: the only flag the firmware sets by itself.</summary>
    public const int PublishOnConnect = 10;

    /// <summary>The pin monitor page. The firmware clears it at every boot and saves, so a sector that sets it never stays as it was written.</summary>
    public const int PinMonitor = 13;

    /// <summary>The highest bit of the flag word.</summary>
    public const int Last = 63;

    private const string Prefix = "OBK_FLAG_";

    private static readonly Dictionary<int, string> Names =
        ObkTable.Rows("openbeken-flags.csv").ToDictionary(row => int.Parse(row[0], CultureInfo.InvariantCulture), row => row[3]);

    /// <summary>The firmware's name of a flag, for example <c>OBK_FLAG_HTTP_PINMONITOR</c>; null for a bit it does not use.</summary>
    public static string? NameOf(int flag) => Names.GetValueOrDefault(flag);

    /// <summary>The bit of a flag, by the firmware's name with or without <c>OBK_FLAG_</c>, or by its number 0 to 63; null for none.</summary>
    /// <remarks>Case and surrounding blanks do not count.</remarks>
    public static int? NumberOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string trimmed = name.Trim();
        if (int.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return number <= Last ? number : null;
        foreach ((int flag, string known) in Names)
        {
            if (trimmed.Equals(known, StringComparison.OrdinalIgnoreCase) || trimmed.Equals(known[Prefix.Length..], StringComparison.OrdinalIgnoreCase))
                return flag;
        }
        return null;
    }
}

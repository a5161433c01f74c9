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

    private static readonly Dictionary<int, string> Names =
        ObkTable.Rows("openbeken-flags.csv").ToDictionary(row => int.Parse(row[0], CultureInfo.InvariantCulture), row => row[3]);

    /// <summary>The firmware's name of a flag, for example <c>OBK_FLAG_HTTP_PINMONITOR</c>; null for a bit it does not use.</summary>
    public static string? NameOf(int flag) => Names.GetValueOrDefault(flag);
}

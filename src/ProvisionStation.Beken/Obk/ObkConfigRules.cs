using System.Buffers.Binary;
using System.Globalization;

namespace ProvisionStation.Beken.Obk;

/// <summary>What the firmware does to a configuration after loading it, and what hurts it.</summary>
/// <remarks>Source: OpenBK7231T_App 1.18.299, src/new_cfg.c, src/user_main.c and the Init functions in src/driver.</remarks>
internal static class ObkConfigRules
{
    /// <summary>Longest name of a network or access point, in bytes (IEEE 802.11).</summary>
    private const int SsidLimitBytes = 32;

    internal static List<ObkProblem> Check(ObkConfig config)
    {
        List<ObkProblem> problems = [.. Completable(config)];
        if (config.HasFlag(ObkFlag.PinMonitor))
            problems.Add(new ObkProblem("genericFlags", "flag 13 (pin monitor) is cleared and saved by the firmware at every boot", "leave flag 13 out", false));
        problems.AddRange(Pins(config));
        problems.AddRange(Gamma(config));
        problems.AddRange(Names(config));
        problems.AddRange(Texts(config));
        if (!ObkText.Used(config["mqtt_host"]).IsEmpty && config.MqttPort is < 1 or > ushort.MaxValue)
            problems.Add(new ObkProblem("mqtt_port", $"the broker's port is {config.MqttPort}", "ports are 1 to 65535; MQTT's own is 1883", false));
        return problems;
    }

    /// <summary>The firmware's own command takes 1 (off) to 3; with 0 every colour that is not off is fully on.</summary>
    /// <remarks>Source: OpenBK7231T_App, src/cmnds, command led_gammaCtrl.</remarks>
    private static IEnumerable<ObkProblem> Gamma(ObkConfig config)
    {
        float gamma = BinaryPrimitives.ReadSingleLittleEndian(config["led_corr.led_gamma"]);
        if (ObkDefaults.HasLedTable(config) && gamma is not (>= 1 and <= 3))
        {
            yield return new ObkProblem(
                "led_corr.led_gamma", string.Create(CultureInfo.InvariantCulture, $"the gamma of LEDs is {gamma}"), "a gamma is 1 (off) to 3; the firmware's own is 2.2", false);
        }
    }

    /// <summary>What a configuration must be to let a unit open its own access point.</summary>
    internal static IEnumerable<ObkProblem> AccessPoint(ObkConfig config)
    {
        if (!ObkText.Used(config["wifi_ssid"]).IsEmpty)
            yield return new ObkProblem(
                "wifi_ssid", "a network to join is set: the unit never opens its own access point by itself",
                "take the network out, or do not expect the access point", false);
    }

    internal static IReadOnlyList<ObkProblem> Complete(ObkConfig config)
    {
        foreach (ObkProblem problem in Completable(config).ToList())
        {
            switch (problem.Field)
            {
                case "led_corr":
                    ObkDefaults.FillLedTable(config);
                    break;
                case "ledRemap":
                    config.LedRemap = ObkDefaults.LedOrder(Roles(config));
                    break;
                default:
                    ObkDefaults.FillButtons(config);
                    break;
            }
        }
        return Check(config);
    }

    private static IEnumerable<ObkProblem> Completable(ObkConfig config)
    {
        if (!ObkDefaults.HasLedTable(config))
            yield return new ObkProblem("led_corr", "the LED table is all zero: the firmware fills it in and saves", "fill in the defaults", true);
        if (!config.LedRemap.ContainsAnyExcept((byte)0) && ObkDefaults.LedOrder(Roles(config)) is not null)
            yield return new ObkProblem("ledRemap", "there is an LED driver and no colour order: the firmware sets one and saves", "set the driver's default order", true);
        foreach (string field in (string[])["buttonShortPress", "buttonLongPress", "buttonHoldRepeat"])
        {
            if (config[field][0] == 0)
                yield return new ObkProblem(field, $"{field} is 0, which the firmware replaces at load", "fill in the default", true);
        }
    }

    private static IEnumerable<ObkProblem> Pins(ObkConfig config)
    {
        foreach ((int pin, ObkPin role) in config.Pins())
        {
            if (pin >= config.Layout.PinCount)
                yield return new ObkProblem("pins", $"P{pin} does not exist on this chip", $"pins are P0 to P{config.Layout.PinCount - 1}", false);
            if (ObkPinRole.NameOf(role.Role) is null)
                yield return new ObkProblem("pins.roles", $"P{pin} has role {role.Role}, which overruns the firmware's name table", $"roles are 0 to {ObkPinRole.Count - 1}", false);
            if (role.Channel > ObkPin.LastChannel || role.Channel2 > ObkPin.LastChannel)
                yield return new ObkProblem("pins.channels", $"P{pin} works on the channels {role.Channel} and {role.Channel2}", "channels are 0 to 63", false);
        }
    }

    private static IEnumerable<ObkProblem> Names(ObkConfig config)
    {
        if (ObkText.Used(config["longDeviceName"]).Length > SsidLimitBytes)
            yield return new ObkProblem("longDeviceName", $"the long name has {ObkText.Used(config["longDeviceName"]).Length} bytes and is the access point's name", "an access point's name has at most 32 bytes", false);
        if (ObkText.Used(config["longDeviceName"]).IsEmpty)
            yield return new ObkProblem("longDeviceName", "the long name is empty, and so would be the access point's name", "give a long name", false);
        foreach (string field in (string[])["wifi_ssid", "wifi_ssid2"])
        {
            if (ObkText.Used(config[field]).Length > SsidLimitBytes)
                yield return new ObkProblem(field, $"the network's name has {ObkText.Used(config[field]).Length} bytes", "a network's name has at most 32 bytes", false);
        }
        if (config.ShortName.Length == 0 || config.ShortName.Any(char.IsWhiteSpace))
            yield return new ObkProblem("shortDeviceName", "the short name is empty or holds a blank", "use letters, digits and underscores", false);
        if (ObkText.Used(config["wifi_pass"]).Length == 64 && !config.WifiPassword.All(char.IsAsciiHexDigit))
            yield return new ObkProblem("wifi_pass", "the Wi-Fi password has 64 characters that are not all hex digits", "64 characters are a key in hex; a password has 8 to 63", false);
    }

    /// <summary>The firmware reads on behind a text without an end, into the next field.</summary>
    private static IEnumerable<ObkProblem> Texts(ObkConfig config)
    {
        foreach (ObkField field in config.Layout.Fields.Where(field => field.Kind == ObkFieldKind.Text))
        {
            // Released builds have no TLS and never read the certificate's name; an upgrade from version 3 leaves erased bytes in it.
            if (field.Name != "mqtt_cert_file" && ObkText.Used(config.Bytes(field)).Length > field.TextLimitBytes)
                yield return new ObkProblem(
                    field.Name, $"{field.Name} has no end, so the firmware reads on into the next field", $"at most {field.TextLimitBytes} bytes fit", false);
        }
    }

    private static IEnumerable<int> Roles(ObkConfig config) => config.Pins().Values.Select(pin => pin.Role);
}

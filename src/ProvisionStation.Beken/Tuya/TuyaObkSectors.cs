using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Beken.Tuya;

/// <summary>OpenBeken configurations in a dump: they hold the network and the broker of whoever used the unit last.</summary>
internal static class TuyaObkSectors
{
    private const string Place = "OpenBeken configuration";

    /// <summary>Offsets of all sectors that begin like one, whether the firmware would load it or not.</summary>
    public static IReadOnlyList<int> OffsetsOf(ReadOnlySpan<byte> dump)
    {
        List<int> found = [];
        for (int at = 0; at < dump.Length; at += TuyaSector.Bytes)
        {
            if (dump[at..].StartsWith("CFG"u8))
                found.Add(at);
        }

        return found;
    }

    /// <summary>The secrets in them; what the firmware sets by itself is none.</summary>
    public static IReadOnlyList<TuyaSecret> Secrets(ReadOnlySpan<byte> dump)
    {
        List<TuyaSecret> found = [];
        foreach (int offset in OffsetsOf(dump))
        {
            ReadOnlySpan<byte> sector = dump[offset..Math.Min(dump.Length, offset + TuyaSector.Bytes)];
            if (ObkConfigCodec.Decode(sector).Config is { } config)
                found.AddRange(Of(config));
            else
                found.Add(new TuyaSecret($"unread {Place}", Place, "CFG"));
        }

        return [.. found.Distinct()];
    }

    private static IEnumerable<TuyaSecret> Of(ObkConfig config)
    {
        ObkConfig plain = ObkConfig.Default(ChipModel.BK7231N, new byte[6]);
        (string What, string Value, string Default)[] fields =
        [
            ("Wi-Fi name", config.WifiSsid, ""), ("Wi-Fi password", config.WifiPassword, ""),
            ("Wi-Fi name", config.WifiSsid2, ""), ("Wi-Fi password", config.WifiPassword2, ""),
            ("MQTT broker", config.MqttHost, ""), ("MQTT user", config.MqttUser, plain.MqttUser),
            ("MQTT password", config.MqttPassword, plain.MqttPassword), ("web password", config.WebPassword, ""),
        ];
        return fields.Where(field => field.Value.Length > 0 && field.Value != field.Default)
            .Select(field => new TuyaSecret(field.What, Place, field.Value));
    }
}

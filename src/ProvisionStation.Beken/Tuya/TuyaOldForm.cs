using System.Text.Json.Nodes;

namespace ProvisionStation.Beken.Tuya;

/// <summary>The oldest texts nest their pins in an object <c>sw</c>; here they are told in the keys of today.</summary>
/// <remarks>Source: upk2esphome, oldfmt.py.</remarks>
internal static class TuyaOldForm
{
    private const int MostChannels = 16;

    private static readonly (string Old, string Today)[] Meter =
        [("epin", "ele_pin"), ("ivpin", "vi_pin"), ("ivcpin", "sel_pin_pin"), ("ct", "chip_type"), ("ri", "resistor")];

    /// <summary>Adds the keys of today to a text whose <c>sw</c> is an object; others stay as they are.</summary>
    public static void Flatten(JsonObject root)
    {
        if (root["sw"] is not JsonObject old)
            return;
        if (old["ch"] is JsonArray channels)
        {
            for (int i = 0; i < Math.Min(channels.Count, MostChannels); i++)
            {
                if (channels[i] is not JsonObject channel)
                    continue;
                Copy(channel["rl"], root, $"rl{i + 1}_pin");
                if (channel["bt"] is not JsonObject button)
                    continue;
                Copy(button["pin"], root, $"bt{i + 1}_pin");
                Copy(button["lv"], root, $"bt{i + 1}_lv");
            }
        }

        Copy((old["net"] as JsonObject)?["wfst"], root, "netled_pin");
        foreach ((string name, string today) in Meter)
            Copy((old["dltj"] as JsonObject)?[name], root, today);
    }

    private static void Copy(JsonNode? from, JsonObject root, string key)
    {
        if ((from is JsonObject nested ? nested["value"] : from) is JsonValue value)
            root.TryAdd(key, TuyaText.Token(value.ToString()));
    }
}

namespace ProvisionStation.Beken.Obk;

/// <summary>Takes parts of the configuration a unit already has into the one it gets.</summary>
public static class ObkCarryOver
{
    private static readonly Dictionary<string, string[]> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["wifi"] =
        [
            "wifi_ssid", "wifi_pass", "wifi_ssid2", "wifi_pass2", "staticIP.localIPAddr", "staticIP.netMask", "staticIP.gatewayIPAddr",
            "staticIP.dnsServerIpAddr",
        ],
        ["mqtt"] =
        [
            "mqtt_host", "mqtt_port", "mqtt_userName", "mqtt_pass", "mqtt_clientId", "mqtt_group", "mqtt_use_tls", "mqtt_verify_tls_cert",
            "mqtt_cert_file",
        ],
        ["names"] = ["shortDeviceName", "longDeviceName"],
        ["calibration"] = ["cal", "led_corr.rgb_cal", "led_corr.led_gamma", "led_corr.rgb_bright_min", "led_corr.cw_bright_min"],
    };

    /// <summary>What can be carried over: <c>wifi</c> (networks and fixed address), <c>mqtt</c>, <c>names</c> and <c>calibration</c>
    /// (power meter and LED table).</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. Fields.Keys];

    /// <summary>Copies the fields of some groups. Bytes behind the end of a text stay behind: they may be an older password.</summary>
    /// <param name="from">What the unit has; any version and layout.</param>
    /// <param name="to">What it gets. <see cref="ObkConfigCodec.Check"/> it afterwards: what was found may be what the firmware suffers from.</param>
    /// <param name="groups">Of <see cref="Groups"/>; case does not count.</param>
    /// <exception cref="ObkException">There is no such group.</exception>
    public static void Apply(ObkConfig from, ObkConfig to, IEnumerable<string> groups)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(groups);
        foreach (string field in groups.SelectMany(Of).Distinct(StringComparer.Ordinal).ToList())
            Copy(from, to, field);
    }

    private static string[] Of(string group) =>
        Fields.TryGetValue(group, out string[]? fields)
            ? fields
            : throw new ObkException($"there is no group '{group}' to keep", $"use {string.Join(", ", Groups)}");

    private static void Copy(ObkConfig from, ObkConfig to, string field)
    {
        // An LED table of zeros means missing to the firmware, and it would fill it in and save.
        if (field.StartsWith("led_corr.", StringComparison.Ordinal) && !ObkDefaults.HasLedTable(from))
            return;
        ReadOnlySpan<byte> found = from[field];
        Span<byte> target = to[field];
        target.Clear();
        (to.Layout[field].Kind == ObkFieldKind.Text ? ObkText.Used(found) : found).CopyTo(target);
    }
}

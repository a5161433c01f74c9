using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// What the vendor knows about one unit: identity, a home network, and its product's pins. Names begin with <c>canary</c> where they
/// are secret.
/// </summary>
internal static class TuyaValues
{
    public const string PinsName = "user_param_key";

    public static List<(string Name, byte[] Value)> Make(SimChip chip, VendorProduct product, ref SeededBytes random)
    {
        string identity = random.Text(16);
        string ssid = "canary-ssid-" + random.Text(6), password = "canary-passwd-" + random.Text(10);
        bool isBase64 = (random.Next() & 1) != 0;
        SeededBytes shared = new(0x9806 + product.Seed);
        List<(string Name, byte[] Value)> values =
        [
            ("gw_bi", Text($$"""
                {"uuid":"{{identity}}","psk_key":"{{random.Text(37)}}","auth_key":"{{random.Text(32)}}",
                "ap_ssid":"SmartLife","ap_passwd":null,"prod_test":false,"fac_pin":"{{random.Text(16)}}"}
                """)),
            ("gw_di", Text($$"""
                {"abi":0,"id":"{{random.Text(20)}}","swv":"{{product.Version}}","bv":"40.00","pv":"2.2","lpv":"3.4",
                "pk":"{{shared.Text(16)}}","firmk":"{{shared.Text(16)}}","s_id":"{{product.Schema}}"}
                """)),
            ("gw_wsm", Text($$"""
                {"nc_tp":9,"ssid":"{{Coded(ssid, isBase64)}}","passwd":"{{Coded(password, isBase64)}}","md":0,"random":0,
                "wfb64":{{(isBase64 ? 1 : 0)}},"stat":2,"token":"canary-token-{{random.Text(8)}}","region":"EU",
                "reg_key":"{{random.Text(4)}}","dns_prio":0}
                """)),
            ("gw_ai", Text($$"""
                {"key":"canary-key-{{random.Text(16)}}","lckey":"canary-lckey-{{random.Text(16)}}",
                "h_url":null,"time_z":"+01:00","s_time":0}
                """)),
            ("em_sys_env", Text(chip is SimChip.N or SimChip.M ? "bk7231n" : "BK7231S_2M")),
        ];
        values.Add(product.PinsOf(chip) is { } pins
            ? (PinsName, PinsText(pins, product.Store))
            : ("baud_cfg", Text("""{"baud":9600}""")));
        values.Add((product.Schema, Text(product.Datapoints)));
        values.Add(("timer_arr", Text("[]")));
        return values;
    }

    /// <summary>The values before the last write: the relay was on another pin, in a text that is sound in itself.</summary>
    public static List<(string Name, byte[] Value)> Before(List<(string Name, byte[] Value)> values, string pins) =>
    [
        .. values.Select(one => one.Name == PinsName
            ? (one.Name, PinsText(pins.Replace("rl1_pin:26", "rl1_pin:10", StringComparison.Ordinal), StoreCondition.Sound))
            : one),
    ];

    /// <summary>
    /// The text with its own 7-bit CRC, over everything up to the comma before it and one closing brace (storage sheet 4.2).
    /// </summary>
    private static byte[] PinsText(string fields, StoreCondition condition)
    {
        int crc = 0;
        foreach (byte value in Text("{" + fields + "}"))
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x48 : crc >> 1;
        }
        if (condition == StoreCondition.OwnCrcWrong)
            crc = (crc + 1) & 0x7F;
        return Text($"{{{fields},crc:{crc},}}\0\0");
    }

    private static string Coded(string text, bool isBase64) => isBase64 ? Convert.ToBase64String(Text(text)) : text;

    /// <summary>The store holds each value on one line.</summary>
    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text.ReplaceLineEndings(""));
}

using System.Buffers.Binary;

namespace ProvisionStation.Beken.Obk;

/// <summary>What the firmware fills in by itself.</summary>
/// <remarks>Source: OpenBK7231T_App 1.18.299, src/new_cfg.c (defaults) and src/hal/bk7231 (names from the MAC).</remarks>
internal static class ObkDefaults
{
    private static readonly string[] LedFields =
        ["led_corr.rgb_cal", "led_corr.led_gamma", "led_corr.rgb_bright_min", "led_corr.cw_bright_min"];

    /// <summary>The firmware's first save on a unit.</summary>
    internal static ObkConfig Make(ChipModel chip, ReadOnlySpan<byte> mac)
    {
        if (mac.Length != 6)
            throw new ArgumentException($"a MAC has six bytes, this one {mac.Length}", nameof(mac));
        string digits = Convert.ToHexString(mac.Slice(2, 4));
        ObkConfig config = new(chip, ObkLayout.Of(chip), new byte[ObkConfig.StructBytes])
        {
            ChangeCounter = 1,
            Mac = mac,
            ShortName = "obk" + digits,
            LongName = NamePrefix(chip) + digits,
            MqttClient = "obk" + digits,
            MqttUser = "homeassistant",
            MqttPassword = "qqqqqqqqqq",
            MqttPort = 1883,
            MqttGroup = Group(chip),
            WebAppRoot = "https://openbekeniot.github.io/webapp/",
            NtpServer = "217.147.223.78",
            PingHost = "192.168.0.1",
            BootSeconds = 5,
        };
        config.SetFlag(ObkFlag.PublishOnConnect);
        FillButtons(config);
        FillLedTable(config);
        return config;
    }

    /// <summary>Button times in tenths of a second, where they are 0, as the firmware does at load.</summary>
    internal static void FillButtons(ObkConfig config)
    {
        foreach ((string field, byte tenths) in (ReadOnlySpan<(string, byte)>)[("buttonShortPress", 3), ("buttonLongPress", 10), ("buttonHoldRepeat", 5)])
        {
            if (config[field][0] == 0)
                config[field][0] = tenths;
        }
    }

    /// <summary>True where the LED correction table holds anything.</summary>
    internal static bool HasLedTable(ObkConfig config) => LedFields.Any(field => config[field].ContainsAnyExcept((byte)0));

    /// <summary>The LED correction table. All zero means missing to the firmware, which sets it and saves.</summary>
    internal static void FillLedTable(ObkConfig config)
    {
        foreach (string field in LedFields)
        {
            float value = field switch { "led_corr.rgb_cal" => 1.0f, "led_corr.led_gamma" => 2.2f, _ => 0.1f };
            Span<byte> bytes = config[field];
            for (int at = 0; at < bytes.Length; at += 4)
                BinaryPrimitives.WriteSingleLittleEndian(bytes[at..], value);
        }
    }

    /// <summary>The order an LED driver chip on these pins is given where none was set; null where there is no such chip.</summary>
    /// <remarks>Source: OpenBK7231T_App, src/driver: the Init function of each LED driver.</remarks>
    internal static byte[]? LedOrder(IEnumerable<int> roles)
    {
        foreach (int role in roles)
        {
            switch (role)
            {
                case 21 or 22 or 52 or 53: // SM2135, SM2235
                    return [2, 1, 0, 4, 3];
                case 23 or 24: // BP5758D
                    return [0, 1, 2, 3, 4];
                case 25 or 26: // BP1658CJ
                    return [1, 0, 2, 3, 4];
                case 76 or 77: // KP18058
                    return [2, 0, 1, 3, 4];
            }
        }
        return null;
    }

    /// <summary>The chip a configuration was made for, by the names and group the firmware gave it; unknown where a person changed them.</summary>
    internal static ChipModel ChipOf(string longName, string group)
    {
        foreach (ChipModel chip in (ReadOnlySpan<ChipModel>)[ChipModel.BK7231N, ChipModel.BK7231T, ChipModel.BK7231U, ChipModel.BK7238, ChipModel.BK7252N, ChipModel.BK7252])
        {
            if (longName.StartsWith(NamePrefix(chip), StringComparison.Ordinal) || group == Group(chip))
                return chip;
        }
        return ChipModel.Unknown;
    }

    // The M runs the N's build, packed without scrambling, and calls itself an N.
    private static string NamePrefix(ChipModel chip) => chip switch
    {
        ChipModel.BK7231N or ChipModel.BK7231M => "OpenBK7231N_",
        ChipModel.BK7231T => "OpenBK7231T_",
        ChipModel.BK7231U => "OpenBK7231U_",
        ChipModel.BK7238 => "OpenBK7238_",
        ChipModel.BK7252 => "OpenBK7252_",
        ChipModel.BK7252N => "OpenBK7252N_",
        _ => throw new ArgumentException($"OpenBeken has no build for {chip}", nameof(chip)),
    };

    private static string Group(ChipModel chip) => chip switch
    {
        ChipModel.BK7231N or ChipModel.BK7231M => "bekens_n",
        ChipModel.BK7231T => "bekens_t",
        ChipModel.BK7231U => "bekens_u",
        ChipModel.BK7238 => "bekens_8s",
        ChipModel.BK7252 => "bekens_52s",
        ChipModel.BK7252N => "bekens_52n",
        _ => throw new ArgumentException($"OpenBeken has no build for {chip}", nameof(chip)),
    };
}

using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkEditTests(ITestOutputHelper output)
{
    [Fact]
    public void Edits_of_the_first_boots_configuration_give_the_firmwares_own_bytes_with_stale_tails()
    {
        ObkVector vector = ObkVector.Load("03-wifi-mqtt-n");
        ObkConfig config = ObkConfig.Default(ChipModel.BK7231N, vector.DeviceMac);
        ObkEdit edit = new(config);
        foreach (string field in (string[])[
            "wifi_ssid", "wifi_pass", "mqtt_host", "mqtt_clientId", "mqtt_userName", "mqtt_pass", "shortDeviceName", "longDeviceName",
            "ntpServer", "mqtt_group", "ping_host"])
            edit.Set(field, vector.Text(field));
        edit.Set("mqtt_port", "1884");
        edit.Set("timeRequiredToMarkBootSuccessfull", "15");
        edit.Set("PING_INTERVAL", "30");
        edit.Set("ping_seconds", "0x12C");
        edit.SetPin(6, "tglchanontgl;1");
        edit.SetPin(8, "8");
        edit.SetPin(24, "Button;1");
        edit.SetPin(26, "Rel;1");
        foreach (string flag in (string[])["21", "obk_flag_automaic_hass_discovery", "37"])
            edit.SetFlag(flag);
        edit.Save();
        Assert.Equal(vector.Bytes, ObkConfigCodec.Encode(config));
    }

    [Fact]
    public void The_counter_rises_once_and_only_when_something_changed()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        ObkEdit nothing = new(config);
        nothing.Set("mqtt_port", "1883");
        nothing.Save();
        Assert.Equal(2, config.ChangeCounter);
        ObkEdit something = new(config);
        something.Set("mqtt_port", "8883");
        something.Save();
        Assert.Equal(3, config.ChangeCounter);
        ObkEdit given = new(config);
        given.Set("changeCounter", "700");
        given.Set("mqtt_port", "1883");
        given.Save();
        Assert.Equal(700, config.ChangeCounter);
        config.ChangeCounter = ushort.MaxValue;
        ObkEdit last = new(config);
        last.SetFlag("4");
        last.Save();
        Assert.Equal(0, config.ChangeCounter);
    }

    [Theory]
    [InlineData("pins.channelTypes[2]", "toggle", "pins.channelTypes: channel 2 Default -> channel 2 Toggle")]
    [InlineData("startChannelValues[63]", "-1", "startChannelValues: channel 63 starts at 0 -> channel 63 starts at -1")]
    [InlineData("staticIP.gatewayIPAddr", "10.0.0.1", "staticIP.gatewayIPAddr: 0.0.0.0 -> 10.0.0.1")]
    [InlineData("ledRemap", "2,1,0,4,3", "ledRemap: 0000000000 -> 0201000403")]
    [InlineData("led_corr.led_gamma", "1.5", "led_corr.led_gamma: 2.2 -> 1.5")]
    [InlineData("mqtt_port", "1", "mqtt_port: 1883 -> 1")]
    [InlineData("mqtt_port", "65535", "mqtt_port: 1883 -> 65535")]
    [InlineData("mac", "00:11:22:33:44:55", "mac: 381F8DA1B2C3 -> 001122334455")]
    [InlineData("LFS_Size", "4294967295", "LFS_Size: 0 -> 4294967295")]
    [InlineData("dgr_sendFlags", "-2147483648", "dgr_sendFlags: 0 -> -2147483648")]
    public void A_value_is_written_as_it_is_shown(string field, string value, string difference)
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        new ObkEdit(config).Set(field, value);
        ObkDifference found = Assert.Single(ObkConfigDiff.Compare(ObkConfigCodecTests.Plug(), config));
        Assert.Equal(difference, $"{found.Field}: {found.Intended} -> {found.Found}");
    }

    [Theory]
    [InlineData("crc", "1"), InlineData("version", "6"), InlineData("ident0", "1"), InlineData("unused", "00"), InlineData("pins.roles", "1"), InlineData("pins.channels[1]", "1")]
    [InlineData("nonsense", "1"), InlineData("", "1"), InlineData("mqtt_port", "x"), InlineData("mqtt_port", "2147483648"), InlineData("mqtt_port", "0"), InlineData("mqtt_port", "65536"), InlineData("mqtt_port", "-1"), InlineData("mqtt_port", ""), InlineData("changeCounter", "65536")]
    [InlineData("changeCounter", "-1"), InlineData("pins.channelTypes[64]", "1"), InlineData("pins.channelTypes[-1]", "1"), InlineData("pins.channelTypes[2]", "68")]
    [InlineData("pins.channelTypes", "1,2"), InlineData("ledRemap", "1,2,3,4,256"), InlineData("ledRemap[0]", "1,2"), InlineData("startChannelValues[0]", "32768")]
    [InlineData("staticIP.netMask", "1.2.3"), InlineData("staticIP.netMask", "1.2.3.256"), InlineData("staticIP.netMask", "::1"), InlineData("mac", "1234"), InlineData("mac", "00112233445566")]
    [InlineData("led_corr.led_gamma", "NaN"), InlineData("cal[0]", "0x1FFFFFFFF"), InlineData("wifi_ssid[0]", "a"), InlineData("dgr_name", "0123456789abcdef")]
    public void What_does_not_fit_is_refused_with_a_remedy(string field, string value) =>
        Assert.NotEmpty(Assert.Throws<ObkException>(() => new ObkEdit(ObkConfigCodecTests.Plug()).Set(field, value)).Remedy);

    [Fact]
    public void A_refused_password_is_not_repeated()
    {
        ObkException problem = Assert.Throws<ObkException>(() => new ObkEdit(ObkConfigCodecTests.Plug()).Set("webPassword", "canary" + new string('x', 40)));
        Assert.DoesNotContain("canary", problem.Message + problem.Remedy);
    }

    [Theory]
    [InlineData("HTTP_PINMONITOR", 13), InlineData("obk_flag_http_pinmonitor", 13), InlineData(" 63 ", 63), InlineData("0", 0), InlineData("64", null), InlineData("-1", null), InlineData("pin", null)]
    public void Flags_have_numbers_and_names(string name, int? flag) => Assert.Equal(flag, ObkFlag.NumberOf(name));

    [Theory]
    [InlineData("dimmer", 7), InlineData(" TEMPERATURE ", 2), InlineData("67", 67), InlineData("68", null), InlineData("Dim", null)]
    public void Channel_types_have_numbers_and_names(string name, int? type) => Assert.Equal(type, ObkChannelType.NumberOf(name));

    [Fact]
    public void Any_field_and_any_value_is_written_or_refused()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        string[] fields = [.. ObkLayout.Slots48.Fields.Select(field => field.Name), "pins", ""];
        for (int round = 0; round < 4000; round++)
        {
            ObkConfig config = ObkConfigCodec.Decode(ObkVector.Load08).Config!;
            string value = random.Next(4) switch
            {
                0 => random.NextInt64(-70000, 70000).ToString(System.Globalization.CultureInfo.InvariantCulture),
                1 => "0x" + random.Next().ToString("X", System.Globalization.CultureInfo.InvariantCulture),
                2 => string.Join(',', Enumerable.Range(0, random.Next(70)).Select(_ => random.Next(300))),
                _ => string.Concat(Enumerable.Range(0, random.Next(80)).Select(_ => (char)random.Next(1, 0xE000))),
            };
            try
            {
                new ObkEdit(config).Set(fields[random.Next(fields.Length)] + (random.Next(3) == 0 ? $"[{random.Next(-2, 70)}]" : ""), value);
                Assert.Null(ObkConfigCodec.Decode(ObkConfigCodec.Encode(config), ChipModel.BK7252).Rejection);
            }
            catch (ObkException refused)
            {
                Assert.NotEmpty(refused.Remedy);
            }
        }
    }
}

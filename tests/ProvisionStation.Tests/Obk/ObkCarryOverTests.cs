using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkCarryOverTests
{
    private static readonly byte[] Mac = [0x38, 0x1F, 0x8D, 0xA1, 0xB2, 0xC3];

    [Theory]
    [InlineData("wifi", "wifi_ssid wifi_pass staticIP.localIPAddr staticIP.netMask staticIP.gatewayIPAddr staticIP.dnsServerIpAddr wifi_ssid2 wifi_pass2")]
    [InlineData("Names", "shortDeviceName longDeviceName")]
    [InlineData("calibration", "cal led_corr.rgb_cal led_corr.led_gamma led_corr.rgb_bright_min led_corr.cw_bright_min")]
    public void A_group_brings_its_own_fields_and_no_other(string group, string fields)
    {
        ObkConfig from = ObkConfigCodec.Decode(ObkVector.Load("05-all-pins-t").Bytes).Config!;
        ObkConfig to = ObkConfig.Default(ChipModel.BK7231T, Mac);
        ObkCarryOver.Apply(from, to, [group]);
        Assert.Equal(fields, string.Join(' ', ObkConfigDiff.Compare(ObkConfig.Default(ChipModel.BK7231T, Mac), to).Select(difference => difference.Field)));
        string[] kept = fields.Split(' ');
        Assert.DoesNotContain(ObkConfigDiff.Compare(from, to), difference => kept.Contains(difference.Field));
    }

    [Fact]
    public void Everything_of_a_48_slot_configuration_can_be_carried_into_one_of_32()
    {
        ObkConfig from = ObkConfig.Default(ChipModel.BK7252, Mac);
        from.MqttHost = "broker";
        from["cal"][0] = 7;
        ObkConfig to = ObkConfig.Default(ChipModel.BK7231N, [1, 2, 3, 4, 5, 6]);
        ObkCarryOver.Apply(from, to, ObkCarryOver.Groups);
        Assert.Equal(("broker", (byte)7, from.LongName, from.MqttClient), (to.MqttHost, to["cal"][0], to.LongName, to.MqttClient));
        Assert.Empty(ObkConfigCodec.Check(to));
    }

    [Fact]
    public void No_end_of_an_older_text_is_carried_over()
    {
        ObkConfig from = ObkConfigCodec.Decode(ObkVector.Load("03-wifi-mqtt-n").Bytes).Config!;
        ObkConfig to = ObkConfig.Default(ChipModel.BK7231N, Mac);
        ObkCarryOver.Apply(from, to, ["mqtt", "names"]);
        Assert.Equal("station", to.MqttUser);
        Assert.False(to["mqtt_userName"][8..].ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_missing_LED_table_is_not_carried_over()
    {
        ObkConfig from = ObkConfig.Default(ChipModel.BK7231N, Mac);
        foreach (string field in (string[])["led_corr.rgb_cal", "led_corr.led_gamma", "led_corr.rgb_bright_min", "led_corr.cw_bright_min"])
            from[field].Clear();
        ObkConfig to = ObkConfig.Default(ChipModel.BK7231N, Mac);
        ObkCarryOver.Apply(from, to, ["calibration"]);
        Assert.Empty(ObkConfigDiff.Compare(ObkConfig.Default(ChipModel.BK7231N, Mac), to));
    }

    [Fact]
    public void An_unknown_group_is_refused_before_anything_is_copied()
    {
        ObkConfig from = ObkConfigCodec.Decode(ObkVector.Load("05-all-pins-t").Bytes).Config!;
        ObkConfig to = ObkConfig.Default(ChipModel.BK7231T, Mac);
        ObkException problem = Assert.Throws<ObkException>(() => ObkCarryOver.Apply(from, to, ["wifi", "pins"]));
        Assert.Contains("wifi, mqtt, names, calibration", problem.Remedy);
        Assert.Empty(ObkConfigDiff.Compare(ObkConfig.Default(ChipModel.BK7231T, Mac), to));
    }
}

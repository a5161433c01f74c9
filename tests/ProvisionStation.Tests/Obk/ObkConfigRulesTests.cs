using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkConfigRulesTests
{
    [Fact]
    public void The_seed_plug_needs_nothing_from_the_firmware()
    {
        ObkConfig config = ObkConfig.Default(ChipModel.BK7231N, [0x38, 0x1F, 0x8D, 1, 2, 3]);
        config.SetPin(6, ObkPin.Parse("TglChanOnTgl;1"));
        config.SetPin(8, ObkPin.Parse("WifiLED_n;0"));
        config.SetPin(24, ObkPin.Parse("Btn_Tgl_All;0"));
        config.SetPin(26, ObkPin.Parse("Rel;1"));
        Assert.Empty(ObkConfigCodec.Check(config));
    }

    [Fact]
    public void Flag_13_is_refused_because_the_firmware_clears_it()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        config.SetFlag(13);
        ObkProblem problem = Assert.Single(ObkConfigCodec.Complete(config));
        Assert.Contains("flag 13", problem.What);
        Assert.False(problem.CanComplete);
    }

    [Theory]
    [InlineData("0.99", false), InlineData("1", true), InlineData("3", true), InlineData("3.01", false), InlineData("0", false), InlineData("-2.2", false), InlineData("0x7FC00000", false)]
    public void A_gamma_is_one_to_three(string gamma, bool fits)
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        new ObkEdit(config).Set("led_corr.led_gamma", gamma);
        Assert.Equal(fits ? [] : ["led_corr.led_gamma"], ObkConfigCodec.Check(config).Select(problem => problem.Field));
    }

    [Theory]
    [InlineData("SM2135DAT", new byte[] { 2, 1, 0, 4, 3 })]
    [InlineData("SM2235CLK", new byte[] { 2, 1, 0, 4, 3 })]
    [InlineData("BP5758D_DAT", new byte[] { 0, 1, 2, 3, 4 })]
    [InlineData("BP1658CJ_CLK", new byte[] { 1, 0, 2, 3, 4 })]
    [InlineData("KP18058_DAT", new byte[] { 2, 0, 1, 3, 4 })]
    public void An_LED_driver_without_a_colour_order_gets_the_drivers_own(string role, byte[] order)
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        config.SetPin(7, ObkPin.Parse(role));
        Assert.Equal("ledRemap", Assert.Single(ObkConfigCodec.Check(config)).Field);
        Assert.Empty(ObkConfigCodec.Complete(config));
        Assert.Equal(order, config.LedRemap);
    }

    [Fact]
    public void An_order_that_was_given_stays()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        config.SetPin(7, ObkPin.Parse("SM2135DAT"));
        config.LedRemap = new byte[] { 4, 3, 2, 1, 0 };
        Assert.Empty(ObkConfigCodec.Complete(config));
        Assert.Equal(new byte[] { 4, 3, 2, 1, 0 }, config.LedRemap);
    }

    [Fact]
    public void A_missing_LED_table_and_button_times_are_completed_to_the_defaults()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        byte[] right = ObkConfigCodec.Encode(config);
        foreach (string field in (string[])["led_corr.rgb_cal", "led_corr.led_gamma", "led_corr.rgb_bright_min", "led_corr.cw_bright_min", "buttonLongPress"])
            config[field].Clear();
        Assert.Equal(2, ObkConfigCodec.Check(config).Count);
        Assert.Empty(ObkConfigCodec.Complete(config));
        Assert.Equal(right, ObkConfigCodec.Encode(config));
    }

    [Fact]
    public void The_access_points_name_has_at_most_32_bytes()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        config.LongName = new string('p', 32);
        Assert.Empty(ObkConfigCodec.Check(config));
        config.LongName = new string('p', 33);
        Assert.Equal("longDeviceName", Assert.Single(ObkConfigCodec.Check(config)).Field);
        config.LongName = new string('ü', 17);
        Assert.Equal("longDeviceName", Assert.Single(ObkConfigCodec.Check(config)).Field);
    }

    [Fact]
    public void A_network_to_join_is_a_problem_only_where_the_access_point_is_expected()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        Assert.Empty(ObkConfigCodec.Check(config, expectsAccessPoint: true));
        config.WifiSsid = "shop";
        Assert.Empty(ObkConfigCodec.Check(config));
        Assert.Equal("wifi_ssid", Assert.Single(ObkConfigCodec.Check(config, expectsAccessPoint: true)).Field);
    }

    [Fact]
    public void A_text_without_an_end_is_named()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        config["ntpServer"][..31].Fill(0x41);
        Assert.Empty(ObkConfigCodec.Check(config));
        config["ntpServer"].Fill(0x41);
        Assert.Equal("ntpServer", Assert.Single(ObkConfigCodec.Check(config)).Field);
    }

    [Theory]
    [InlineData(0, 1), InlineData(1, 0), InlineData(65535, 0), InlineData(65536, 1), InlineData(-1, 1)]
    public void The_brokers_port_is_a_port(int port, int problems)
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        config.MqttPort = port;
        Assert.Empty(ObkConfigCodec.Check(config));
        config.MqttHost = "broker";
        Assert.Equal(problems, ObkConfigCodec.Check(config).Count);
    }

    [Fact]
    public void Sixty_four_characters_are_a_key_in_hex()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        config.WifiSsid = "shop";
        config.WifiPassword = new string('a', 64);
        Assert.Empty(ObkConfigCodec.Check(config));
        config.WifiPassword = new string('x', 64);
        ObkProblem problem = Assert.Single(ObkConfigCodec.Check(config));
        Assert.DoesNotContain("xxxx", problem.What + problem.Remedy);
    }

    [Fact]
    public void A_role_number_without_a_name_found_on_a_unit_is_named()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        config.Store(3, new ObkPin(99, 64, 0));
        config.Store(29, new ObkPin(1, 1, 0));
        Assert.Equal(["pins.roles", "pins.channels", "pins"], ObkConfigCodec.Check(config).Select(problem => problem.Field));
    }
}

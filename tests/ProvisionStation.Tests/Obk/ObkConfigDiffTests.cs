using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkConfigDiffTests
{
    private const string Canary = "canary-7f3a";

    [Fact]
    public void Equal_configurations_have_no_difference() =>
        Assert.Empty(ObkConfigDiff.Compare(ObkConfigCodecTests.Plug(), ObkConfigCodecTests.Plug()));

    [Fact]
    public void Each_kind_of_field_is_told_in_words()
    {
        ObkConfig found = ObkConfigCodecTests.Plug();
        found.SetPin(26, ObkPin.Parse("Rel_n;2"));
        found.SetFlag(27);
        found["pins.channelTypes"][2] = 2;
        found["startChannelValues"][2] = 1;
        found.MqttPort = 8883;
        found["staticIP.localIPAddr"][0] = 10;
        Assert.Equal(
            [
                new ObkDifference("genericFlags", "flag 27 (OBK_FLAG_AUTOMAIC_HASS_DISCOVERY) clear", "flag 27 (OBK_FLAG_AUTOMAIC_HASS_DISCOVERY) set"),
                new ObkDifference("mqtt_port", "1883", "8883"),
                new ObkDifference("pins", "P26 Rel;1", "P26 Rel_n;2"),
                new ObkDifference("pins.channelTypes", "channel 2 Default", "channel 2 Temperature"),
                new ObkDifference("startChannelValues", "channel 1 starts at 0", "channel 1 starts at 1"),
                new ObkDifference("staticIP.localIPAddr", "0.0.0.0", "10.0.0.0"),
            ],
            ObkConfigDiff.Compare(ObkConfigCodecTests.Plug(), found));
    }

    [Fact]
    public void Configurations_of_different_layouts_are_compared_field_by_field()
    {
        ObkConfig wide = ObkConfigCodec.Decode(ObkVector.Load08).Config!;
        Assert.Equal(
            [
                new ObkDifference("layout", "32 pin slots", "48 pin slots"),
                new ObkDifference("longDeviceName", "OpenBK7231N_8DA1B2C3", "OpenBK7252_8DA1B2C3"),
                new ObkDifference("pins", "P39 None;0", "P39 LED_n;2"),
                new ObkDifference("mqtt_group", "bekens_n", "bekens_52s"),
            ],
            ObkConfigDiff.Compare(ObkConfigCodecTests.Plug(), wide));
        Assert.Equal(4, ObkConfigDiff.Compare(wide, ObkConfigCodecTests.Plug()).Count);
    }

    [Fact]
    public void A_stale_end_of_a_text_is_no_difference()
    {
        ObkConfig found = ObkConfigCodecTests.Plug();
        found["ntpServer"][^1] = 0x41;
        Assert.Empty(ObkConfigDiff.Compare(ObkConfigCodecTests.Plug(), found));
    }

    [Fact]
    public void A_password_is_never_shown()
    {
        ObkConfig found = ObkConfigCodecTests.Plug();
        found.WifiPassword = found.WifiPassword2 = found.MqttPassword = found.WebPassword = Canary;
        found.StartupCommand = $"backlog SSID1 shop; Password1 {Canary}; MqttPassword {Canary}";
        IReadOnlyList<ObkDifference> differences = ObkConfigDiff.Compare(ObkConfigCodecTests.Plug(), found);
        Assert.Equal(5, differences.Count);
        Assert.DoesNotContain(Canary, string.Concat(differences));
        Assert.DoesNotContain(Canary, ObkJson.Write(found));
        Assert.Contains(Canary, ObkJson.Write(found, showSecrets: true));
    }

    [Fact]
    public void A_field_that_the_startup_command_sets_is_explained_and_so_is_the_raised_counter()
    {
        ObkConfig intended = ObkConfigCodecTests.Plug();
        ObkConfig found = ObkConfigCodecTests.Plug();
        found["pins.channelTypes"][2] = 2;
        found.ChangeCounter++;
        IReadOnlyList<ObkDifference> differences = ObkConfigDiff.Compare(intended, found);
        Assert.Empty(ObkConfigDiff.NotExplainedBy(differences, "backlog startDriver NTP; setChannelType 2 Temperature"));
        Assert.Equal(2, ObkConfigDiff.NotExplainedBy(differences, "").Count);
        Assert.Equal(["changeCounter", "pins.channelTypes"], ObkConfigDiff.NotExplainedBy(differences, "startDriver NTP").Select(difference => difference.Field));
        found.ChangeCounter = 1;
        Assert.Equal("changeCounter", Assert.Single(ObkConfigDiff.NotExplainedBy(ObkConfigDiff.Compare(intended, found), "SetChannelType 2 Temperature")).Field);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("startDriver BL0937; echo ready", "")]
    [InlineData("backlog setflag 27 1; SHORTNAME x", "genericFlags genericFlags2 shortDeviceName")]
    [InlineData("addEventHandler OnClick 24 backlog POWER TOGGLE\\; SetPinRole 6 Rel", "pins")]
    [InlineData("SetStartValue 1 -1\nFriendlyName \"Plug\"", "longDeviceName startChannelValues")]
    public void The_fields_a_startup_command_can_change_are_known(string command, string fields) =>
        Assert.Equal(fields, string.Join(' ', ObkStartup.FieldsSetBy(command).Order(StringComparer.Ordinal)));
}

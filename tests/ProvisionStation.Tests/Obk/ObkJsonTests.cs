using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkJsonTests
{
    [Theory]
    [InlineData("01-default-n"), InlineData("02-cb2s-plug-n"), InlineData("03-wifi-mqtt-n"), InlineData("04-long-startup-n")]
    [InlineData("05-all-pins-t"), InlineData("06-v3-n-upgraded"), InlineData("08-bk7252-layout")]
    public void Written_with_secrets_it_reads_back_to_the_same_bytes(string name)
    {
        byte[] bytes = ObkVector.Load(name).Bytes;
        string json = ObkJson.Write(ObkConfigCodec.Decode(bytes).Config!, showSecrets: true);
        Assert.Equal(bytes, ObkConfigCodec.Encode(ObkJson.Read(json)));
    }

    [Fact]
    public void An_older_version_is_shown_with_the_checksum_it_was_found_with()
    {
        ObkDecoded found = ObkConfigCodec.Decode(ObkVector.Load("06-v3-n").Bytes);
        JsonObject node = ObkJson.ToNode(found.Config!, 3, checksum: found.Checksum);
        Assert.Equal(("0x98", 3), (node["crc"]!.GetValue<string>(), node["version"]!.GetValue<int>()));
    }

    [Fact]
    public void A_channel_type_may_be_given_by_name()
    {
        string types = string.Join(',', Enumerable.Range(0, 64).Select(at => at == 1 ? "\"dimmer\"" : "0"));
        ObkConfig config = ObkJson.Read($$"""{"chip":"BK7231N","fields":{"pins.channelTypes":[{{types}}] } }""");
        Assert.Equal(7, config["pins.channelTypes"][1]);
        Assert.Throws<ObkException>(() => ObkJson.Read("""{"fields":{"ledRemap":["dimmer",0,0,0,0]}}"""));
    }

    [Fact]
    public void Masked_secrets_are_refused_instead_of_written()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        string json = ObkJson.Write(config);
        Assert.Contains("\"mqtt_pass\": \"***\"", json);
        ObkException problem = Assert.Throws<ObkException>(() => ObkJson.Read(json));
        Assert.Contains("mqtt_pass", problem.Message);
    }

    [Fact]
    public void A_short_object_gets_the_firmwares_defaults()
    {
        ObkConfig config = ObkJson.Read("""
            {"chip":"BK7231N","pins":[{"pin":6,"role":"TglChanOnTgl","channel":1},{"pin":8,"role":8},{"pin":24,"role":"btn","channel":1},{"pin":26,"role":"Rel","channel":1}],
             "fields":{"mac":"381f8da1b2c3","changeCounter":2}}
            """);
        Assert.Equal(ObkVector.Load("02-cb2s-plug-n").Bytes, ObkConfigCodec.Encode(config));
    }

    [Fact]
    public void Stale_ends_and_reserved_bytes_stand_apart()
    {
        JsonObject node = ObkJson.ToNode(ObkConfigCodec.Decode(ObkVector.Load("03-wifi-mqtt-n").Bytes).Config!, showSecrets: true);
        Assert.Equal(["mqtt_clientId", "mqtt_userName", "shortDeviceName", "longDeviceName", "ntpServer"], node["tails"]!.AsObject().Select(tail => tail.Key));
        JsonObject upgraded = ObkJson.ToNode(ObkConfigCodec.Decode(ObkVector.Load("06-v3-n-upgraded").Bytes).Config!);
        Assert.Equal("0xCBC", Assert.Single(upgraded["reserved"]!.AsObject()).Key);
        Assert.Equal("***", upgraded["reserved"]!["0xCBC"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(""), InlineData("[]"), InlineData("null"), InlineData("{\"chip\":\"ESP32\"}"), InlineData("{\"chip\":7}"), InlineData("{\"version\":6}")]
    [InlineData("{\"tails\":{},\"tails\":{}}"), InlineData("{\"fields\":{\"mqtt_port\":1,\"mqtt_port\":2}}")]
    [InlineData("{\"fields\":[]}"), InlineData("{\"fields\":{\"nonsense\":1}}"), InlineData("{\"fields\":{\"crc\":1}}"), InlineData("{\"fields\":{\"mqtt_port\":\"x\"}}")]
    [InlineData("{\"fields\":{\"wifi_ssid\":null}}"), InlineData("{\"fields\":{\"changeCounter\":65536}}"), InlineData("{\"fields\":{\"changeCounter\":-1}}")]
    [InlineData("{\"fields\":{\"staticIP.netMask\":\"1.2.3\"}}"), InlineData("{\"fields\":{\"cal\":[\"1\"]}}"), InlineData("{\"fields\":{\"mac\":\"12\"}}")]
    [InlineData("{\"fields\":{\"ledRemap\":[1,2,3,4,256]}}"), InlineData("{\"pins\":[{\"pin\":99,\"role\":1}]}"), InlineData("{\"pins\":[{\"role\":1}]}")]
    [InlineData("{\"pins\":[{\"pin\":1,\"role\":\"Buzzer\"}]}"), InlineData("{\"tails\":{\"ntpServer\":\"41\"}}"), InlineData("{\"reserved\":{\"0x000\":\"41\"}}")]
    [InlineData("{\"tails\":{\"mqtt_port\":\"414141\"}}"), InlineData("{\"pins\":[{\"pin\":1,\"role\":1,\"channel\":300}]}"), InlineData("{\"fields\":{\"wifi_ssid\":\"\\ud800\"}}")]
    public void What_is_no_configuration_is_refused_with_a_remedy(string json) =>
        Assert.NotEmpty(Assert.Throws<ObkException>(() => ObkJson.Read(json)).Remedy);

    [Fact]
    public void A_float_that_is_no_number_survives()
    {
        ObkConfig config = ObkConfigCodecTests.Plug();
        config["led_corr.led_gamma"].Fill(0xFF);
        config["led_corr.rgb_cal"][3] = 0x80;
        ObkConfig again = ObkJson.Read(ObkJson.Write(config, showSecrets: true));
        Assert.Equal(ObkConfigCodec.Encode(config), ObkConfigCodec.Encode(again));
        Assert.Equal(ChipModel.BK7231N, again.Chip);
    }
}

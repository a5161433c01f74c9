using System.Text;
using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class ObkConfigCodecTests(ITestOutputHelper output)
{
    private static readonly byte[] Mac = [0x38, 0x1F, 0x8D, 0xA1, 0xB2, 0xC3];

    [Theory]
    [InlineData("123456789", 0x63, 0xA1)]
    [InlineData("OpenBeken", 0xAE, -1)]
    public void The_checksum_keeps_the_sign_bit(string text, int firmwares, int ordinary)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(firmwares, ObkChecksum.Of(bytes));
        if (ordinary >= 0)
            Assert.Equal(ordinary, ObkChecksum.Unsigned(bytes));
    }

    [Theory]
    [InlineData(new byte[] { 0x80 }, 0x8C)]
    [InlineData(new byte[] { 0x80, 0x00 }, 0x18)]
    [InlineData(new byte[] { 0xFF, 0xFF }, 0x82)]
    public void The_checksum_of_single_bytes_is_the_firmwares(byte[] bytes, int expected) => Assert.Equal(expected, ObkChecksum.Of(bytes));

    [Fact]
    public void The_checksum_of_a_whole_erased_struct_is_the_firmwares()
    {
        byte[] erased = new byte[3580];
        Assert.Equal(0, ObkChecksum.Of(erased));
        Array.Fill(erased, (byte)0xFF);
        Assert.Equal(0x31, ObkChecksum.Of(erased));
        Assert.Equal(0x93, ObkChecksum.Unsigned(erased));
    }

    [Fact]
    public void The_defaults_of_an_N_are_the_firmwares_own_bytes() =>
        Assert.Equal(ObkVector.Load("01-default-n").Bytes, ObkConfigCodec.Encode(ObkConfig.Default(ChipModel.BK7231N, Mac)));

    [Fact]
    public void The_plug_of_vector_02_encodes_to_the_firmwares_bytes() =>
        Assert.Equal(ObkVector.Load("02-cb2s-plug-n").Bytes, ObkConfigCodec.Encode(Plug()));

    [Fact]
    public void A_long_startup_command_encodes_to_the_firmwares_bytes()
    {
        ObkVector vector = ObkVector.Load("04-long-startup-n");
        ObkConfig config = Plug();
        config.StartupCommand = vector.Text("initCommandLine");
        Assert.Equal(vector.Bytes, ObkConfigCodec.Encode(config));
    }

    [Theory]
    [InlineData("01-default-n"), InlineData("02-cb2s-plug-n"), InlineData("03-wifi-mqtt-n"), InlineData("04-long-startup-n")]
    [InlineData("05-all-pins-t"), InlineData("06-v3-n-upgraded"), InlineData("08-bk7252-layout")]
    public void Decoding_and_encoding_keeps_every_byte_of_version_5(string name)
    {
        byte[] bytes = ObkVector.Load(name).Bytes;
        ObkDecoded decoded = ObkConfigCodec.Decode(bytes);
        Assert.Null(decoded.Rejection);
        Assert.True(decoded.ChecksumRight);
        Assert.Equal(bytes, ObkConfigCodec.Encode(decoded.Config!));
    }

    [Theory]
    [InlineData("01-default-n"), InlineData("02-cb2s-plug-n"), InlineData("03-wifi-mqtt-n"), InlineData("04-long-startup-n")]
    [InlineData("05-all-pins-t"), InlineData("06-v3-n"), InlineData("06-v3-n-upgraded"), InlineData("07-v4-n"), InlineData("08-bk7252-layout")]
    public void Every_field_reads_as_the_firmware_reads_it(string name)
    {
        ObkVector vector = ObkVector.Load(name);
        ObkDecoded decoded = ObkConfigCodec.Decode(vector.Bytes);
        Assert.Equal(vector.Expected["version"]!.GetValue<int>(), decoded.Version);
        // In vector 03 a person changed every name and the group, so nothing in it tells the chip.
        Assert.Equal(name == "03-wifi-mqtt-n" ? ChipModel.Unknown : vector.Chip, decoded.Config!.Chip);
        Assert.Equal(vector.Chip, ObkConfigCodec.Decode(vector.Bytes, vector.Chip).Config!.Chip);
        Assert.Equal(vector.FlagsSet, Enumerable.Range(0, 64).Where(decoded.Config.HasFlag));
        JsonObject fields = ObkJson.ToNode(decoded.Config, showSecrets: true)["fields"]!.AsObject();
        foreach ((string field, JsonNode? value) in vector.Expected.Where(field => fields.ContainsKey(field.Key)))
            Assert.True(Same(value!, fields[field]!), $"{field}: expected {value!.ToJsonString()}, found {fields[field]!.ToJsonString()}");
        JsonNode staticIp = vector.Expected["staticIP"]!;
        Assert.Equal(staticIp["gatewayIPAddr"]!.GetValue<string>(), fields["staticIP.gatewayIPAddr"]!.GetValue<string>());
        int[] roles = [.. vector.Expected["pins.roles"]!.AsArray().Select(role => role!.GetValue<int>())];
        int[] second = [.. vector.Expected["pins.channels2"]!.AsArray().Select(channel => channel!.GetValue<int>())];
        Assert.Equal(decoded.Config.Layout.PinSlots, roles.Length);
        Assert.Equal(roles, Enumerable.Range(0, roles.Length).Select(pin => decoded.Config.Pin(pin).Role));
        Assert.Equal(second, Enumerable.Range(0, roles.Length).Select(pin => decoded.Config.Pin(pin).Channel2));
    }

    [Fact]
    public void The_wide_layout_is_found_by_the_button_times_when_the_names_were_changed()
    {
        ObkConfig config = ObkConfigCodec.Decode(ObkVector.Load("08-bk7252-layout").Bytes).Config!;
        config.LongName = "Lamp";
        config.MqttGroup = "lamps";
        ObkConfig again = ObkConfigCodec.Decode(ObkConfigCodec.Encode(config)).Config!;
        Assert.Equal(48, again.Layout.PinSlots);
        Assert.Equal(6, again.Pin(39).Role);
    }

    [Fact]
    public void A_sector_is_the_struct_and_erased_bytes_behind_it()
    {
        byte[] sector = ObkConfigCodec.EncodeSector(Plug());
        Assert.Equal(4096, sector.Length);
        Assert.True(sector.AsSpan(3584).IndexOfAnyExcept((byte)0xFF) < 0);
        Assert.Equal(ObkConfigCodec.Encode(Plug()), ObkConfigCodec.Encode(ObkConfigCodec.Decode(sector).Config!));
    }

    [Fact]
    public void An_old_version_encodes_as_version_5_with_nothing_invented()
    {
        ObkConfig config = ObkConfigCodec.Decode(ObkVector.Load("06-v3-n").Bytes).Config!;
        ObkDecoded again = ObkConfigCodec.Decode(ObkConfigCodec.Encode(config));
        Assert.Equal(5, again.Version);
        Assert.Equal("OldNet", again.Config!.WifiSsid);
        Assert.Equal("", again.Config.WifiSsid2 + again.Config.WebPassword);
    }

    [Fact]
    public void What_is_no_configuration_is_named()
    {
        byte[] good = ObkConfigCodec.Encode(Plug());
        Assert.Contains("2015 bytes", ObkConfigCodec.Decode(good.AsSpan(0, 2015)).Rejection);
        Assert.Contains("3583 bytes", ObkConfigCodec.Decode(good.AsSpan(0, 3583)).Rejection);
        byte[] erased = new byte[4096];
        Assert.Contains("does not begin with CFG", ObkConfigCodec.Decode(erased).Rejection);
        Array.Fill(erased, (byte)0xFF);
        Assert.Contains("erased", ObkConfigCodec.Decode(erased).Rejection);
        Assert.Contains("version 6", ObkConfigCodec.Decode([.. good.AsSpan(0, 4), 6, .. good.AsSpan(5)]).Rejection);
        Assert.Contains("version 1", ObkConfigCodec.Decode([.. good.AsSpan(0, 4), 1, .. good.AsSpan(5)]).Rejection);
    }

    [Fact]
    public void One_wrong_bit_anywhere_is_seen()
    {
        byte[] bytes = ObkConfigCodec.Encode(Plug());
        for (int at = 8; at < bytes.Length; at += 97)
        {
            bytes[at] ^= 0x10;
            Assert.False(ObkConfigCodec.Decode(bytes).ChecksumRight);
            bytes[at] ^= 0x10;
        }
    }

    [Fact]
    public void The_ordinary_checksum_is_recognised_and_refused()
    {
        byte[] bytes = ObkConfigCodec.Encode(Plug());
        bytes[3] = ObkChecksum.Unsigned(bytes.AsSpan(4));
        ObkDecoded decoded = ObkConfigCodec.Decode(bytes);
        Assert.Null(decoded.Config);
        Assert.Contains("ordinary CRC-8", decoded.Rejection);
    }

    [Fact]
    public void Version_2_in_its_own_length_is_read_with_a_warning()
    {
        byte[] bytes = ObkConfigCodec.Encode(Plug());
        bytes[4] = 2;
        bytes[3] = ObkChecksum.Of(bytes.AsSpan(4, 2016 - 4));
        ObkDecoded old = ObkConfigCodec.Decode(bytes);
        Assert.Contains("destroyed by today's firmware", old.Warning);
        Assert.Equal((2, "Rel;1", bytes[3]), (old.Version, old.Config!.Pin(26).ToString(), old.Checksum));
        Assert.Equal(old.Config.LongName, ObkConfigCodec.Decode(bytes.AsSpan(0, 2016)).Config!.LongName);
        bytes[3] = ObkChecksum.Of(bytes.AsSpan(4));
        ObkDecoded loaded = ObkConfigCodec.Decode(bytes);
        Assert.Equal(2, loaded.Version);
        Assert.NotNull(loaded.Config);
        Assert.Null(loaded.Warning);
    }

    [Fact]
    public void A_text_fits_up_to_the_last_byte_before_its_terminator()
    {
        ObkConfig config = Plug();
        config.ShortName = new string('a', 31);
        Assert.Equal(31, config.ShortName.Length);
        ObkException problem = Assert.Throws<ObkException>(() => config.ShortName = new string('a', 32));
        Assert.Contains("shortDeviceName", problem.Message);
        Assert.Contains("31", problem.Remedy);
        config.StartupCommand = new string('x', 1567);
        Assert.Throws<ObkException>(() => config.StartupCommand = new string('x', 1568));
        config.WifiPassword = new string('0', 64);
        Assert.Equal(64, config.WifiPassword.Length);
        Assert.Throws<ObkException>(() => config.WifiPassword = new string('0', 65));
        Assert.Throws<ObkException>(() => config.ShortName = "a\0b");
        config.ShortName = "äöü";
        Assert.Equal("äöü", ObkConfigCodec.Decode(ObkConfigCodec.Encode(config)).Config!.ShortName);
    }

    [Fact]
    public void A_shorter_text_leaves_nothing_of_the_longer_one_behind()
    {
        ObkConfig config = Plug();
        byte[] before = ObkConfigCodec.Encode(config);
        config.LongName = "a much longer name than that";
        config.LongName = "OpenBK7231N_8DA1B2C3";
        Assert.Equal(before, ObkConfigCodec.Encode(config));
    }

    [Fact]
    public void Pins_of_the_chip_only_and_channels_up_to_63()
    {
        ObkConfig config = Plug();
        config.SetPin(28, new ObkPin(98, 63, 63));
        Assert.Throws<ObkException>(() => config.SetPin(29, new ObkPin(1, 0, 0)));
        Assert.Throws<ObkException>(() => config.SetPin(-1, new ObkPin(1, 0, 0)));
        Assert.Throws<ObkException>(() => config.SetPin(0, new ObkPin(99, 0, 0)));
        Assert.Throws<ObkException>(() => config.SetPin(0, new ObkPin(1, 64, 0)));
        Assert.Throws<ObkException>(() => config.SetPin(0, new ObkPin(1, 0, -1)));
    }

    [Fact]
    public void Random_bytes_and_damaged_configurations_end_in_a_result_or_a_rejection()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        byte[] good = ObkVector.Load("05-all-pins-t").Bytes;
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = round % 3 == 0 ? new byte[random.Next(5000)] : [.. good, .. new byte[random.Next(600)]];
            if (round % 3 == 0)
                random.NextBytes(bytes);
            for (int hits = random.Next(40); hits > 0 && round % 3 != 0; hits--)
                bytes[random.Next(5, bytes.Length)] = (byte)random.Next(256);
            if (round % 3 == 2)
                bytes[3] = ObkChecksum.Of(bytes.AsSpan(4, 3580));
            ObkDecoded decoded = ObkConfigCodec.Decode(bytes);
            Assert.True(decoded.Config is null != decoded.Rejection is null);
            if (decoded.Config is { } config)
            {
                ObkConfigCodec.Complete(config);
                ObkConfigDiff.Compare(config, Plug());
                ObkConfig again = ObkJson.Read(ObkJson.Write(config, showSecrets: true));
                Assert.Equal(ObkConfigCodec.Encode(config), ObkConfigCodec.Encode(again));
            }
        }
    }

    internal static ObkConfig Plug()
    {
        ObkConfig config = ObkConfig.Default(ChipModel.BK7231N, Mac);
        config.ChangeCounter = 2;
        config.SetPin(6, ObkPin.Parse("TglChanOnTgl;1"));
        config.SetPin(8, ObkPin.Parse("WifiLED;0"));
        config.SetPin(24, ObkPin.Parse("Btn;1"));
        config.SetPin(26, ObkPin.Parse("Rel;1"));
        return config;
    }

    private static bool Same(JsonNode expected, JsonNode found)
    {
        if (expected is JsonArray left && found is JsonArray right)
            return left.Count == right.Count && left.Zip(right).All(pair => Same(pair.First!, pair.Second!));
        return expected.ToJsonString() == found.ToJsonString();
    }
}

using System.Text;
using System.Text.Json.Nodes;
using ProvisionStation.Simulator.Firmware;

namespace ProvisionStation.Tests.Simulator.Firmware;

public sealed class VendorFlashTests
{
    private static readonly byte[] Mac = [0x10, 0xD5, 0x61, 0x0A, 0x0B, 0x0C];

    [Theory]
    [InlineData("N", 0x1D0000)]
    [InlineData("M", 0x1D0000)]
    [InlineData("T", 0x1E0000)]
    [InlineData("U", 0x1E0000)]
    [InlineData("Bk7238", 0x1E3000)]
    [InlineData("Bk7252", 0x1E0000)]
    public void The_MAC_is_where_the_chip_has_it(string name, int sector)
    {
        SimChip chip = Enum.Parse<SimChip>(name);
        byte[] flash = VendorFlash.Build(chip, ChipFacts.Of(chip).Key, Mac, 7);
        Assert.Equal(0x200000, flash.Length);
        Assert.Equal("TLV\0", Encoding.ASCII.GetString(flash, sector, 4));
        Assert.Equal(Mac, flash[(sector + 0x24)..(sector + 0x2A)]);
        Assert.Equal("0211111106000000", Convert.ToHexString(flash.AsSpan(sector + 0x1C, 8)));
        Assert.Equal(Mac, FlashReader.Mac(flash, chip));
    }

    [Theory]
    [InlineData("54004C00", 0, null)]
    [InlineData("FFFFFFFF", 4, null)]
    [InlineData("FFFFFFFF", 12, null)]
    [InlineData("05000000", 0x20, null)]
    [InlineData("FFFFFFFF", 0x20, null)]
    [InlineData("03222222", 0x10, "10D5610A0B0C")]
    public void A_damaged_RF_sector_gives_the_MAC_or_none_but_no_harm(string bytes, int offset, string? mac)
    {
        byte[] sector = new byte[0x1000];
        RfSector.Write(sector, SimChip.N, Mac, 1);
        Convert.FromHexString(bytes).CopyTo(sector, offset);
        Assert.Equal(mac, RfSector.Mac(sector) is { } found ? Convert.ToHexString(found) : null);
    }

    [Fact]
    public void Two_units_differ_where_real_ones_do_and_nowhere_else()
    {
        byte[] one = VendorFlash.Build(SimChip.N, SimKey.Default, Mac, 101);
        byte[] same = VendorFlash.Build(SimChip.N, SimKey.Default, Mac, 101);
        byte[] other = VendorFlash.Build(SimChip.N, SimKey.Default, [.. Mac[..5], 0x0D], 102);
        Assert.True(one.AsSpan().SequenceEqual(same));
        Assert.True(one.AsSpan(..0x1D0000).SequenceEqual(other.AsSpan(..0x1D0000)));
        Assert.NotEqual(one[0x1D0000..0x1D1000], other[0x1D0000..0x1D1000]);
        Assert.True(one.AsSpan(0x1D1000..0x1ED000).SequenceEqual(other.AsSpan(0x1D1000..0x1ED000)));
        Assert.NotEqual(TuyaReading.DeviceKey(one, 0x1EE000), TuyaReading.DeviceKey(other, 0x1EE000));
        Assert.NotEqual(TuyaReading.Values(one, 0x1EE000)["gw_bi"], TuyaReading.Values(other, 0x1EE000)["gw_bi"]);
    }

    [Fact]
    public void A_flash_looks_used_but_not_full()
    {
        byte[] flash = VendorFlash.Build(SimChip.N, SimKey.Default, Mac, 1);
        int used = flash.AsSpan(0x11000, 0x118F70).Length - flash.AsSpan(0x11000, 0x118F70).Count((byte)0xFF);
        Assert.InRange(used / (double)0x118F70, 0.58, 0.62);
        Assert.False(flash.AsSpan(0x129F70, 0x1D0000 - 0x129F70).ContainsAnyExcept((byte)0xFF));
        Assert.Equal(-1, flash.AsSpan().IndexOf("OpenBK"u8));
    }

    [Theory]
    [InlineData("N", 0x1EE000, "module:CB2S", "bk7231n")]
    [InlineData("T", 0x1EE000, "module:WB2S", "BK7231S_2M")]
    [InlineData("Bk7238", 0x1F5000, "module:CB2S", "BK7231S_2M")]
    public void An_independent_reading_finds_every_value_in_the_store(string name, int keySector, string module, string environment)
    {
        SimChip chip = Enum.Parse<SimChip>(name);
        for (ulong seed = 1; seed <= 10; seed++)
        {
            byte[] flash = VendorFlash.Build(chip, ChipFacts.Of(chip).Key, Mac, seed);
            Dictionary<string, string> values = TuyaReading.Values(flash, keySector);
            Assert.Contains(module, values["user_param_key"], StringComparison.Ordinal);
            Assert.Equal(environment, values["em_sys_env"]);
            JsonNode network = JsonNode.Parse(values["gw_wsm"])!;
            bool isBase64 = network["wfb64"]!.GetValue<int>() == 1;
            Assert.StartsWith("canary-ssid-", Plain(network["ssid"]!, isBase64), StringComparison.Ordinal);
            Assert.StartsWith("canary-passwd-", Plain(network["passwd"]!, isBase64), StringComparison.Ordinal);
            Assert.Equal(8, values.Count);
            Assert.All((string[])["gw_bi", "gw_di", "gw_ai"], key => Assert.NotNull(JsonNode.Parse(values[key])));
        }
    }

    [Fact]
    public void The_seed_plugs_pins_carry_the_CRC_of_the_seed_thread()
    {
        byte[] flash = VendorFlash.Build(SimChip.N, SimKey.Default, Mac, 1);
        Assert.EndsWith("ch_dpid1:1,crc:20,}\0\0", TuyaReading.Values(flash, 0x1EE000)["user_param_key"], StringComparison.Ordinal);
    }

    [Fact]
    public void All_T_units_share_the_one_device_key() =>
        Assert.Equal("CB4E3EA400309DAB656D8DBFE4B93F35",
            Convert.ToHexString(TuyaReading.DeviceKey(VendorFlash.Build(SimChip.T, SimKey.Default, Mac, 5), 0x1EE000)));

    [Fact]
    public void The_protected_sector_of_an_N_holds_the_credentials_again()
    {
        byte[] flash = VendorFlash.Build(SimChip.N, SimKey.Default, Mac, 3);
        string text = TuyaReading.Protected(flash, 0x1ED000, 0x1EE000);
        Assert.Contains("gw_bi\0", text, StringComparison.Ordinal);
        Assert.EndsWith(TuyaReading.Values(flash, 0x1EE000)["gw_wsm"], text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed-cb2s")]
    [InlineData("syn-split-parts-t")]
    [InlineData("syn-swap-newer")]
    [InlineData("syn-protected-sector")]
    [InlineData("plug-lspa9-cb2s-n")]
    [InlineData("plug-pc44ha-wb2s-t")]
    public void The_same_reading_agrees_with_stores_that_are_not_of_our_making(string name)
    {
        string? folder = SharedVectors();
        Assert.SkipWhen(folder is null, "the shared vendor store vectors are not beside this checkout");
        byte[] image = File.ReadAllBytes(Path.Combine(folder!, name + ".bin"));
        JsonNode about = JsonNode.Parse(File.ReadAllText(Path.Combine(folder!, name + ".json")))!;
        Dictionary<string, string> values = TuyaReading.Values(image, about["key_sector_offset_in_bin"]!.GetValue<int>());
        Assert.Equal(about["user_param_key_text"]!.GetValue<string>(), values["user_param_key"]);
        Assert.Equal(about["kv_keys"]!.AsArray().Select(key => key!.GetValue<string>()).Order(), values.Keys.Order());
    }

    private static string Plain(JsonNode value, bool isBase64)
    {
        string text = value.GetValue<string>();
        return isBase64 ? Encoding.ASCII.GetString(Convert.FromBase64String(text)) : text;
    }

    private static string? SharedVectors()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "ProvisionStation.sln")))
                continue;
            string vectors = Path.Combine(folder.FullName, "..", "shared", "facts", "vectors", "tuya");
            return Directory.Exists(vectors) ? vectors : null;
        }
        return null;
    }
}

using System.Text;
using System.Text.Json.Nodes;
using ProvisionStation.Bench;
using ProvisionStation.Commands;
using ProvisionStation.Tests.Obk;
using ProvisionStation.Tests.Tuya;

namespace ProvisionStation.Tests.Commands;

/// <summary>What a station would take of a unit, as the commands on files say it, and what is no unit's dump at all.</summary>
public sealed class UnitDumpTests
{
    private const int ConfigOfN = 0x1D1000;

    [Fact]
    public void The_vendors_pins_are_taken_where_nothing_else_is()
    {
        var unit = UnitDump.Of(TuyaVector.Load("seed-cb2s").Flash, "plug.bin");
        JsonNode taken = TuyaReport.ToJson(unit)["taken"]!;
        Assert.Equal(UnitDump.FromVendor, taken["from"]!.GetValue<string>());
        Assert.Equal("6 8 24 26", Pins(taken["pins"]));
        Assert.Empty(taken["needsApproval"]!.AsArray());
    }

    [Fact]
    public void Pins_of_an_OpenBeken_configuration_come_first()
    {
        byte[] flash = TuyaVector.Load("syn-inverted-levels").Flash;
        ObkVector.Load("02-cb2s-plug-n").Bytes.CopyTo(flash, ConfigOfN);
        JsonObject json = TuyaReport.ToJson(UnitDump.Of(flash, "plug.bin"));
        Assert.Equal(UnitDump.FromObk, json["taken"]!["from"]!.GetValue<string>());
        Assert.Equal("6 8 24 26", Pins(json["taken"]!["pins"]));
        Assert.Equal("6 8 24 26", Pins(json["obkPins"]));
        Assert.Equal("8 10 11 24 26", Pins(json["pins"]));
        Assert.Empty(json["taken"]!["needsApproval"]!.AsArray());
    }

    [Fact]
    public void A_configuration_without_pins_leaves_the_vendors()
    {
        byte[] flash = TuyaVector.Load("seed-cb2s").Flash;
        ObkVector.Load("01-default-n").Bytes.CopyTo(flash, ConfigOfN);
        Assert.Equal(UnitDump.FromVendor, UnitDump.Of(flash, "plug.bin").TakenFrom);
    }

    [Fact]
    public void A_configuration_alone_tells_chip_and_pins()
    {
        byte[] flash = TuyaVector.Load("syn-erased").Flash;
        ObkVector.Load("02-cb2s-plug-n").Bytes.CopyTo(flash, ConfigOfN);
        JsonObject json = TuyaReport.ToJson(UnitDump.Of(flash, "plug.bin"));
        Assert.Equal(("BK7231N", UnitDump.FromObk), (json["chip"]!.GetValue<string>(), json["taken"]!["from"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("syn-value-crc-bad", 4)]
    [InlineData("syn-split-parts-t", 2)]
    public void What_needs_approval_is_listed(string name, int count) =>
        Assert.Equal(count, TuyaReport.ToJson(UnitDump.Of(TuyaVector.Load(name).Part, name))["taken"]!["needsApproval"]!.AsArray().Count);

    [Theory]
    [InlineData("syn-tuyamcu-no-upk", "TuyaMCU"), InlineData("syn-upk-crc-bad", "checksum"), InlineData("syn-erased", "erased"), InlineData("syn-zeroed-key-sector", "key sector missing")]
    public void A_dump_without_a_map_is_still_a_dump_and_says_why_nothing_is_taken(string name, string why)
    {
        foreach (byte[] dump in new[] { TuyaVector.Load(name).Part, TuyaVector.Load(name).Flash })
        {
            JsonNode taken = TuyaReport.ToJson(UnitDump.Of(dump, name))["taken"]!;
            Assert.Null(taken["from"]);
            Assert.Contains(why, taken["why"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_no_flash_is_refused_with_what_is_wrong()
    {
        const int seed = 20260103;
        byte[] random = new byte[300_000];
        new Random(seed).NextBytes(random);
        foreach ((byte[] bytes, string wrong) in new (byte[], string)[]
        {
            (new byte[4095], "4095 bytes are too few"),
            (new byte[4096], "nothing but zeros"),
            (new byte[0x200000], "nothing but zeros"),
            (Encoding.UTF8.GetBytes(new string('=', 5000)), "text"),
            (Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("pins: gr\u00FCn\r\n", 1000))), "text"),
            (random, "no dump of a flash"),
            (TuyaVector.Load("seed-cb2s").Part[..4095], "4095 bytes are too few"),
        })
        {
            ConfigurationException error = Assert.Throws<ConfigurationException>(() => UnitDump.Of(bytes, "file.bin"));
            Assert.True(error.Message.Contains(wrong, StringComparison.Ordinal), $"seed {seed}: {error.Message}");
            Assert.Equal("file.bin", error.File);
        }
    }

    private static string Pins(JsonNode? pins) => string.Join(' ', pins!.AsArray().Select(pin => pin!["pin"]!.GetValue<int>()));
}

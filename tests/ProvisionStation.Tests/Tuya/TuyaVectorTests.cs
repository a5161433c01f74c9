using System.Globalization;
using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Tuya;

namespace ProvisionStation.Tests.Tuya;

public sealed class TuyaVectorTests
{
    public static TheoryData<string> OwnVectors => [.. TuyaVector.Names];

    [Theory, MemberData(nameof(OwnVectors))]
    public void Every_expected_field_of_a_made_store_comes_out(string name) => Check(TuyaVector.Load(name));

    [Fact]
    public void Every_expected_field_of_a_real_units_store_comes_out()
    {
        string? folder = TuyaVector.DerivedFolder();
        Assert.SkipWhen(folder is null, "vectors derived from public dumps are not beside this checkout");
        string[] names = [.. Directory.EnumerateFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Except(TuyaVector.Names).Order()];
        Assert.NotEmpty(names);
        foreach (string name in names)
            Check(TuyaVector.Load(folder, name));
    }

    [Fact]
    public void There_are_all_sixteen_made_stores() => Assert.Equal(16, TuyaVector.Names.Count());

    [Fact]
    public void The_seed_plug_comes_out_as_its_owner_found_it()
    {
        TuyaFindings plug = Extract("seed-cb2s");
        Assert.Equal(
            "P6 TglChanOnTgl;1, P8 WifiLED_n;0, P24 Btn_Tgl_All;0, P26 Rel;1", plug.PinMapText);
        Assert.All(plug.Pins, pin => Assert.Equal(PinConfidence.Certain, pin.Confidence));
        Assert.Empty(plug.Warnings);
        Assert.Equal(("BK7231N", "CB2S", TuyaCrc.Ok), (plug.Chip.ToString(), plug.Module, plug.UserParamKeyCrc));
        Assert.Contains("on_off_cnt", plug.NotUnderstood);
        Assert.DoesNotContain("rl1_lv", plug.NotUnderstood);
    }

    [Fact]
    public void A_stand_in_for_a_damaged_block_is_told_and_needs_approval()
    {
        TuyaFindings plug = Extract("syn-block-crc-bad-swap-ok");
        Assert.Contains(plug.Warnings, warning => warning.Contains("is damaged: the copy of generation", StringComparison.Ordinal));
        Assert.All(plug.Pins, pin => Assert.Equal(PinConfidence.Likely, pin.Confidence));
    }

    [Theory]
    [InlineData("syn-value-crc-bad", "checksum the store keeps")]
    [InlineData("syn-upk-crc-bad", "does not match its own checksum")]
    [InlineData("syn-upk-crc-bad", "P24 is claimed by total_bt_pin and rl1_pin")]
    public void A_damaged_text_is_told_and_no_pin_of_it_is_believed(string name, string situation)
    {
        TuyaFindings plug = Extract(name);
        Assert.Contains(plug.Warnings, warning => warning.Contains(situation, StringComparison.Ordinal));
        Assert.All(plug.Pins, pin => Assert.Equal(PinConfidence.Unknown, pin.Confidence));
    }

    [Fact]
    public void A_text_without_a_checksum_is_likely_at_most()
    {
        TuyaFindings plug = Extract("syn-strict-json");
        Assert.Equal(TuyaCrc.Absent, plug.UserParamKeyCrc);
        Assert.Equal(PinConfidence.Likely, Assert.Single(plug.Pins).Confidence);
    }

    [Fact]
    public void A_lost_key_sector_of_a_T_is_replaced_by_the_key_that_all_T_share()
    {
        TuyaVector vector = TuyaVector.Load("syn-t-key-sector-lost");
        TuyaFindings unit = TuyaExtraction.Extract(vector.Part);
        Assert.Equal(ChipModel.BK7231T, unit.Chip);
        Assert.Equal(TuyaCrc.Ok, unit.UserParamKeyCrc);
        Assert.True(JsonNode.DeepEquals(vector.About["user_param_key_if_recovered"], JsonNode.Parse(unit.UserParamKeyJson!)));
        Assert.All(unit.Pins, pin => Assert.True(pin.Confidence < PinConfidence.Certain));
        Assert.Contains(unit.Warnings, warning => warning.StartsWith("key sector missing", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("syn-erased", "erased"), InlineData("syn-zeroed-key-sector", "key sector missing")]
    public void A_store_that_is_gone_is_told(string name, string situation)
    {
        TuyaFindings unit = TuyaExtraction.Extract(TuyaVector.Load(name).Part);
        Assert.Contains(unit.Warnings, warning => warning.Contains(situation, StringComparison.Ordinal));
        Assert.Empty(unit.Pins);
        Assert.Null(unit.KeySectorOffset);
    }

    [Fact]
    public void Levels_the_other_way_round_need_approval_and_pressed_high_a_name()
    {
        Dictionary<string, PinConfidence> pins = Extract("syn-inverted-levels").Pins.ToDictionary(pin => pin.Role, pin => pin.Confidence);
        Assert.Equal(PinConfidence.Unknown, pins["Btn_n"]);
        Assert.Equal((PinConfidence.Likely, PinConfidence.Likely), (pins["Rel_n"], pins["WifiLED"]));
    }

    [Fact]
    public void A_microcontroller_device_has_no_pins_and_says_so()
    {
        TuyaFindings unit = Extract("syn-tuyamcu-no-upk");
        Assert.True(unit.IsTuyaMcu);
        Assert.Empty(unit.Pins);
        Assert.Equal("TuyaMCU, no pins", unit.PinMapText);
    }

    [Fact]
    public void A_dump_read_from_0x11000_is_told_as_shifted()
    {
        TuyaVector seed = TuyaVector.Load("seed-cb2s");
        byte[] shifted = [.. seed.Flash[0x11000..], .. seed.Flash[..0x11000]];
        TuyaFindings plug = TuyaExtraction.Extract(shifted);
        Assert.Equal((0x11000u, 0x1DD000u), (plug.ImageShift, plug.KeySectorOffset));
        Assert.Equal(Extract("seed-cb2s").Pins, plug.Pins);
        Assert.Contains(plug.Warnings, warning => warning.Contains("read from 0x11000", StringComparison.Ordinal));
    }

    [Fact]
    public void A_part_of_a_dump_that_begins_inside_a_sector_is_read_too()
    {
        TuyaVector seed = TuyaVector.Load("seed-cb2s");
        TuyaFindings plug = TuyaExtraction.Extract((byte[])[1, 2, 3, .. seed.Part]);
        Assert.Equal(3u, plug.KeySectorOffset);
        Assert.Equal(4, plug.Pins.Count);
    }

    [Fact]
    public void Two_mebibytes_cost_less_than_eight_of_memory()
    {
        byte[] flash = TuyaVector.Load("syn-wifi-credentials").Flash;
        TuyaExtraction.Extract(flash);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TuyaExtraction.Extract(flash);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 8_000_000);
    }

    private static TuyaFindings Extract(string name) => TuyaExtraction.Extract(TuyaVector.Load(name).Flash);

    private static void Check(TuyaVector vector)
    {
        TuyaFindings part = TuyaExtraction.Extract(vector.Part);
        Assert.Equal((uint?)vector.Number("key_sector_offset_in_bin"), part.KeySectorOffset);
        TuyaFindings whole = TuyaExtraction.Extract(vector.Flash);
        Assert.Equal((uint?)vector.Number("key_sector_flash_offset"), whole.KeySectorOffset);
        Assert.Equal(-vector.Number("image_shift") ?? 0, (int)whole.ImageShift);
        foreach (TuyaFindings findings in new[] { part, whole })
        {
            Assert.Equal(vector.Text("chip") ?? "Unknown", findings.Chip.ToString());
            Assert.Equal(vector.Text("module"), findings.Module);
            if (vector.About["kv_keys"] is JsonArray keys)
                Assert.Equal(keys.Select(key => key!.GetValue<string>()), findings.Keys);
            if (vector.About.ContainsKey("obk_pins_station"))
                Assert.Equal(vector.Pins.Select(Expected), findings.Pins.Select(pin => $"P{pin.Pin} {pin.Role};{pin.Channel} {pin.Key}"));
            CheckText(vector, findings);
        }
    }

    private static void CheckText(TuyaVector vector, TuyaFindings findings)
    {
        if (vector.About["user_param_key"] is JsonObject expected)
        {
            Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(findings.UserParamKeyJson!)), $"{vector.Name}: {findings.UserParamKeyJson}");
            Assert.Equal(expected.Select(field => field.Key), findings.UserParamKey.Select(field => field.Key));
        }

        if (vector.Number("upk_crc_stored") is { } stored)
        {
            Assert.Equal(stored == vector.Number("upk_crc_calculated") ? TuyaCrc.Ok : TuyaCrc.Bad, findings.UserParamKeyCrc);
            Assert.Equal(stored.ToString(CultureInfo.InvariantCulture), findings.UserParamKey[^1].Value);
        }

        if (vector.About["baud_cfg"] is not null && vector.About["user_param_key"] is null)
            Assert.True(findings.IsTuyaMcu);
        if (vector.About["warnings_station"] is JsonArray { Count: > 0 })
            Assert.NotEmpty(findings.Warnings);
        if (vector.About["obk_init_commands_gui"] is JsonArray commands)
            Assert.Equal(commands.Select(command => command!.GetValue<string>()), findings.Startup);
    }

    private static string Expected(JsonNode? pin) => $"P{pin!["pin"]} {pin["role"]};{pin["channel"]} {pin["source_key"]}";
}

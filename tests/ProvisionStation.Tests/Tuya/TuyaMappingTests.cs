using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Tuya;

public sealed class TuyaMappingTests
{
    [Fact]
    public void Every_role_and_channel_of_the_table_is_one_of_the_firmware()
    {
        Assert.NotEmpty(TuyaRule.All);
        foreach (TuyaRule rule in TuyaRule.All.Where(rule => rule.GivesRole))
        {
            Assert.NotNull(ObkPinRole.NumberOf(rule.Role));
            Assert.Matches("^(n|[0-9]{1,2})$", rule.ChannelRule);
        }
    }

    [Theory]
    [InlineData("{rl1_pin:26,rl2_pin:26}", "P26 is claimed by rl1_pin and rl2_pin")]
    [InlineData("{rl1_pin:29}", "rl1_pin asks for the pin '29'")]
    [InlineData("{rl1_pin:-1}", "rl1_pin asks for the pin '-1'")]
    [InlineData("{rl64_pin:8}", "rl64_pin asks for channel 64")]
    [InlineData("{rl1_pin:8,rl:9,rl1_pin:10}", "rl1_pin stands there more than once")]
    [InlineData("{ele_pin:6,epin:7}", "P6 (ele_pin) and P7 (epin) are both BL0937CF;0")]
    public void A_contradiction_is_refused_by_name_and_no_pin_is_believed(string text, string refusal)
    {
        TuyaMapping map = Map(text);
        Assert.Contains(map.Refusals, problem => problem.Contains(refusal, StringComparison.Ordinal));
        Assert.All(map.Pins, pin => Assert.Equal(PinConfidence.Unknown, pin.Confidence));
    }

    [Theory]
    [InlineData("{rl1_pin:28}", "P28 Rel;1")]
    [InlineData("{rl63_pin:0}", "P0 Rel;63")]
    [InlineData("{netled_pin:8,netled_lv:1}", "P8 WifiLED;0")]
    [InlineData("{netled1_pin:8,netled1_lv:2}", "P8 WifiLED_n;0")]
    [InlineData("{samp_sw_pin:17,samp_sw_lv:0}", "P17 BAT_Relay_n;0")]
    [InlineData("{rl_on1_pin:7,rl_off1_pin:8}", "P7 BridgeFWD;1,P8 BridgeREV;1")]
    [InlineData("{rl_on1_pin:7}", "")]
    [InlineData("{ele_pin:7,chip_type:3}", "")]
    [InlineData("{iicsda:26,iicscl:8,dccur:3}", "P8 BP5758D_CLK;0,P26 BP5758D_DAT;0")]
    [InlineData("{iicsda:26,iicscl:8,2335ccur:3,dmod:7}", "P8 SM2235CLK;0,P26 SM2235DAT;0")]
    [InlineData("{iicsda:26,iicscl:8}", "")]
    [InlineData("{sw:{ch:[{rl:26,bt:{pin:{value:10},lv:{value:false}}}],net:{wfst:8}}}", "P8 WifiLED_n;0,P10 Btn;1,P26 Rel;1")]
    public void Keys_become_roles_by_level_and_by_what_stands_with_them(string text, string pins) =>
        Assert.Equal(pins, string.Join(',', Map(text).Pins.Select(pin => $"P{pin.Pin} {pin.Text}")));

    [Fact]
    public void A_pin_that_no_rule_knows_is_listed_and_told()
    {
        TuyaMapping map = Map("{buzzer_io:9,strange_pin:7,colour:5}");
        Assert.Equal(["buzzer_io", "strange_pin", "colour"], map.NotUnderstood);
        Assert.Equal(2, map.Warnings.Count);
    }

    [Theory]
    [InlineData("{a:0,b:10,c:010,d:1.0,e:-1,f:false,g:,h:[[14,1c],{x:y}],}", """{"a":0,"b":10,"c":"010","d":"1.0","e":"-1","f":"false","g":"","h":[[14,"1c"],{"x":"y"}]}""")]
    [InlineData("{\"a\":\"7\",\"b\":7,\"c\":true}", """{"a":"7","b":7,"c":true}""")]
    [InlineData("{}", "{}")]
    public void A_text_is_read_strictly_then_loosely(string text, string json) =>
        Assert.Equal(json, TuyaText.Read(Encoding.ASCII.GetBytes(text))!.AsStored);

    [Theory]
    [InlineData(""), InlineData("{"), InlineData("a:1"), InlineData("{a}"), InlineData("{a:1}}"), InlineData("{a:1]"), InlineData("{a:1\n}"), InlineData("{:1}")]
    public void What_is_no_object_is_no_text(string text) => Assert.Null(TuyaText.Read(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Depth_has_an_end()
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat("{a:", depth)) + "1" + new string('}', depth);
        Assert.NotNull(TuyaText.Read(Encoding.ASCII.GetBytes(Nested(16))));
        Assert.Null(TuyaText.Read(Encoding.ASCII.GetBytes(Nested(17))));
        Assert.Null(TuyaText.Read(Encoding.ASCII.GetBytes(Nested(20000))));
    }

    [Theory]
    [InlineData("{rl1_pin:26,crc:127,}", TuyaCrc.Bad), InlineData("{crc:1,rl1_pin:26,}", TuyaCrc.Bad), InlineData("{rl1_pin:26,}", TuyaCrc.Absent)]
    [InlineData("{rl1_pin:26,crc:300,}", TuyaCrc.Bad), InlineData("{rl1_pin:26,crc:x,}", TuyaCrc.Bad)]
    public void The_texts_own_checksum_is_the_last_field_and_right(string text, TuyaCrc expected) =>
        Assert.Equal(expected, TuyaText.Read(Encoding.ASCII.GetBytes(text))!.Crc);

    [Fact]
    public void Any_text_ends_in_a_map_or_in_none() => Garbage.Try(
        TuyaExtraction.Extract(TuyaVector.Load("syn-split-parts-t").Part).UserParamKeyJson!.Replace("\"", "", StringComparison.Ordinal), 800, text =>
        {
            if (TuyaText.Read(Encoding.Latin1.GetBytes(text)) is not { } read)
                return;
            TuyaMapping map = TuyaMapping.Of(read, ChipModel.BK7231T, PinConfidence.Certain);
            Assert.Equal(map.Pins.Count, map.Pins.Select(pin => pin.Pin).Distinct().Count());
            Assert.All(map.Pins, pin => pin.ToObk());
        });

    [Fact]
    public void A_text_in_plain_bytes_is_found_and_needs_approval()
    {
        byte[] dump = new byte[0x10000];
        Encoding.ASCII.GetBytes("\0{rl1_pin:26,module:CB2S,crc:53,}\0").CopyTo(dump, 0x4321);
        TuyaFindings found = TuyaExtraction.Extract(dump);
        Assert.Equal(PinConfidence.Likely, Assert.Single(found.Pins).Confidence);
        Assert.Equal(TuyaCrc.Ok, found.UserParamKeyCrc);
        Assert.Contains(found.Warnings, warning => warning.Contains("plain text", StringComparison.Ordinal));
    }

    [Fact]
    public void A_text_in_the_application_is_told_and_not_used()
    {
        byte[] flash = new byte[0x200000];
        flash.AsSpan().Fill(0xFF);
        ImageBuilder.Application(0x4000, "BK7231T", "\0{rl1_pin:26,module:WB2S,crc:1,}").CopyTo(flash, 0x11000);
        TuyaFindings found = TuyaExtraction.Extract(flash);
        Assert.Empty(found.Pins);
        Assert.Contains(found.Warnings, warning => warning.Contains("compiled into the vendor's application", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_byte_of_a_text_counts_in_its_checksum()
    {
        byte[] text = Encoding.ASCII.GetBytes("{rl1_pin:26,module:CB2S,crc:53,}");
        Assert.Equal(TuyaCrc.Ok, TuyaText.Read(text)!.Crc);
        text[9] = (byte)'1';
        Assert.Equal(TuyaCrc.Bad, TuyaText.Read(text)!.Crc);
    }

    private static TuyaMapping Map(string text) =>
        TuyaMapping.Of(TuyaText.Read(Encoding.ASCII.GetBytes(text))!, ChipModel.BK7231N, PinConfidence.Certain);
}

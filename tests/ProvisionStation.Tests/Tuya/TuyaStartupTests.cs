using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Tuya;

namespace ProvisionStation.Tests.Tuya;

/// <summary>Start-up commands are made of a text that nobody can vouch for: what is out of range makes none.</summary>
public sealed class TuyaStartupTests
{
    [Theory]
    [InlineData("pwmhz:100", "PWMFrequency 100")]
    [InlineData("pwmhz:20000", "PWMFrequency 20000")]
    [InlineData("iicsda:26,iicscl:8,ehccur:7,ehwcur:10", "SM2135_Current 7 10")]
    [InlineData("iicsda:26,iicscl:8,ehccur:0", "SM2135_Current 0 1")]
    [InlineData("iicsda:26,iicscl:8,dccur:90,drgbcur:0", "BP5758D_Current 0 90")]
    [InlineData("iicsda:26,iicscl:8,cjwcur:15", "BP1658CJ_Current 1 15")]
    [InlineData("iicsda:26,iicscl:8,2235ccur:15,2235wcur:0", "SM2235_Current 15 0")]
    [InlineData("iicsda:26,iicscl:8,kp58wcur:31,kp58ccur:0", "KP18058_Current 31 0")]
    [InlineData("iicr:0,iicb:4,iicw:-1", "LED_Map 0 -1 4 -1 -1")]
    public void A_value_inside_its_range_makes_a_command(string text, string command)
    {
        TuyaMapping map = Map(text);
        Assert.Equal([command], map.Startup.Commands);
        Assert.Empty(map.Startup.Doubts);
    }

    [Theory]
    [InlineData("pwmhz:99", "pwmhz is 99")]
    [InlineData("pwmhz:20001", "pwmhz is 20001")]
    [InlineData("pwmhz:fast", "pwmhz is fast")]
    [InlineData("iicsda:26,iicscl:8,ehccur:8", "ehccur is 8")]
    [InlineData("iicsda:26,iicscl:8,iicccur:1,iicwcur:11", "iicwcur is 11")]
    [InlineData("iicsda:26,iicscl:8,campere:46,ehccur:", "ehccur is ")]
    [InlineData("iicsda:26,iicscl:8,wampere:9", "wampere is 9")]
    [InlineData("iicsda:26,iicscl:8,dccur:91", "dccur is 91")]
    [InlineData("iicsda:26,iicscl:8,dccur:1,drgbcur:-1", "drgbcur is -1")]
    [InlineData("iicsda:26,iicscl:8,cjwcur:16", "cjwcur is 16")]
    [InlineData("iicsda:26,iicscl:8,2235ccur:16", "2235ccur is 16")]
    [InlineData("iicsda:26,iicscl:8,kp58wcur:32", "kp58wcur is 32")]
    [InlineData("iicr:5", "iicr is 5")]
    [InlineData("iicr:-2", "iicr is -2")]
    public void A_value_outside_makes_none_and_a_person_must_name_its_key(string text, string why)
    {
        TuyaStartup startup = Map(text).Startup;
        Assert.Empty(startup.Commands);
        TuyaDoubt doubt = Assert.Single(startup.Doubts);
        Assert.StartsWith(why, doubt.Why, StringComparison.Ordinal);
        Assert.Equal(PinConfidence.Unknown, doubt.Confidence);
        Assert.True(TuyaPinKey.IsOne(doubt.Key));
    }

    [Fact]
    public void Milliamperes_where_the_firmware_takes_steps_are_told()
    {
        TuyaVector bulb = TuyaVector.Load("syn-split-parts-t");
        Assert.Empty(TuyaExtraction.Extract(bulb.Flash).StartupDoubts);
        TuyaStartup startup = Map("iicsda:26,iicscl:8,campere:20,wampere:50").Startup;
        Assert.Equal(["SM2135_Current 20 50"], startup.Commands);
        Assert.Equal(["campere", "wampere"], startup.Doubts.Select(doubt => doubt.Key));
        Assert.All(startup.Doubts, doubt => Assert.Equal(PinConfidence.Likely, doubt.Confidence));
        Assert.EndsWith("50 mA is step 8", startup.Doubts[1].Why, StringComparison.Ordinal);
    }

    private static TuyaMapping Map(string text) =>
        TuyaMapping.Of(TuyaText.Read(Encoding.ASCII.GetBytes("{" + text + "}"))!, ChipModel.BK7231N, PinConfidence.Certain);
}

using System.Text;
using ProvisionStation.Simulator.Modules;

namespace ProvisionStation.Tests.Simulator;

/// <summary>Protocol sheet, section 13.3 and 4.6.</summary>
public sealed class ChipCrcTests
{
    [Theory]
    [InlineData(256, 0xFF, 0x015757DE)]
    [InlineData(257, 0xFF, 0x4C684709)]
    [InlineData(4096, 0xFF, 0x0EAB98F5)]
    [InlineData(4096, 0x00, 0x38E3FFEE)]
    [InlineData(65536, 0xFF, 0x215481B1)]
    [InlineData(0x200000, 0xFF, 0x65BEF61A)]
    public void A_crc_is_that_of_the_table(int count, byte value, uint crc) =>
        Assert.Equal(crc, ChipCrc.Of(Enumerable.Repeat(value, count).ToArray()));

    [Fact]
    public void The_check_string_has_its_crc() => Assert.Equal(0x340BC6D9u, ChipCrc.Of(Encoding.ASCII.GetBytes("123456789")));

    [Theory]
    [InlineData("n", "09476 84C")]
    [InlineData("t", "DE575701")]
    [InlineData("u", "DE575701")]
    public void The_end_is_counted_in_on_FULL_and_rounded_away_on_BASIC(string chip, string crc)
    {
        LoaderTalk talk = LoaderTalk.Linked(chip);
        Assert.Equal("040E0801E0FC10" + crc.Replace(" ", "", StringComparison.Ordinal), talk.Ask("01E0FC0910 00000000 00010000"));
    }

    [Fact]
    public void A_range_wraps_at_the_end_of_the_flash()
    {
        byte[] flash = new byte[0x200000];
        new Random(1).NextBytes(flash);
        LoaderTalk talk = LoaderTalk.Linked("t", flash);
        Assert.Equal(talk.Ask("01E0FC0910 00102000 FF1F2000"), talk.Ask("01E0FC0910 00100000 FF1F0000"));
    }

    [Fact]
    public void Counting_two_megabytes_takes_about_four_seconds()
    {
        LoaderTalk talk = LoaderTalk.Linked("n");
        Assert.Empty(talk.Ask("01E0FC0910 00000000 FFFF1F00", 4.1));
        Assert.NotEmpty(talk.Listen(0.2));
    }
}

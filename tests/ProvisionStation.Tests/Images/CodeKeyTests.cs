using ProvisionStation.Beken.Images;

namespace ProvisionStation.Tests.Images;

/// <summary>Scrambler and CRC-16. Origin of the vectors: bk7231tools and ltchiptool agree on the default key; ltchiptool on the others.</summary>
public sealed class CodeKeyTests
{
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 32).Select(index => (byte)index)];

    [Theory]
    [InlineData(0x000000, 0x7CB50721)]
    [InlineData(0x000004, 0x7CB50F21)]
    [InlineData(0x000048, 0x7CB59721)]
    [InlineData(0x001F08, 0x199A3350)]
    [InlineData(0x010000, 0x7EB50721)]
    [InlineData(0x010004, 0x7EB50F21)]
    [InlineData(0x010020, 0x7EB54721)]
    [InlineData(0x010100, 0x7EB70721)]
    [InlineData(0x118A40, 0x7FA1A701)]
    public void The_default_keys_stream_is_the_published_one(uint address, uint stream) => Assert.Equal(stream, CodeKey.Default.Stream(address));

    [Theory]
    [InlineData(0x5A000820, 0, 0x11A8EFB3)]
    [InlineData(0x5A000820, 4, 0x11A0E5B3)]
    [InlineData(0x5A000820, 0x10000, 0x11A8EFF3)]
    [InlineData(0x5A000820, 0x12344, 0xD67F776A)]
    [InlineData(0x5A001B70, 0, 0x11A86FB3)]
    [InlineData(0x5A001B70, 4, 0x19A06FB3)]
    [InlineData(0x5A001B70, 0x10000, 0x11AA7DAA)]
    [InlineData(0x5A001B70, 0x12344, 0xDE334DAD)]
    public void All_stages_work_for_keys_that_use_them(uint lastWord, uint address, uint stream) =>
        Assert.Equal(stream, new CodeKey(0x11223344, 0x55667788, 0x99AABBCC, lastWord).Stream(address));

    [Theory, InlineData(0x00000003u), InlineData(0xFF000003u), InlineData(0x5A00000Fu)]
    public void Some_last_words_turn_the_scrambler_off(uint lastWord)
    {
        Assert.Equal(0u, new CodeKey(1, 2, 3, lastWord).Stream(0x10000));
        Assert.Equal(0u, CodeKey.Zero.Stream(0x10000));
    }

    [Fact]
    public void A_group_is_scrambled_as_published_and_back()
    {
        byte[] code = [.. Counting];
        CodeKey.Default.Apply(code, 0x10000);
        Assert.Equal("2106B77D250AB379291EBF752D12BB713136A76D353AA369392EAF653D22AB61", Convert.ToHexString(code));
        Assert.Equal(0xC542, Crc16.Of(code));
        CodeKey.Default.Apply(code, 0x10000);
        Assert.Equal(Counting, code);
    }

    [Fact]
    public void Plain_ones_are_no_erased_flash()
    {
        byte[] code = [.. Enumerable.Repeat((byte)0xFF, 32)];
        CodeKey.Default.Apply(code, 0x10000);
        Assert.StartsWith("DEF84A81DEF04A81DEE84A81DEE04A81", Convert.ToHexString(code), StringComparison.Ordinal);
        Assert.Equal(0xE0D3, Crc16.Of(code));
    }

    [Fact]
    public void The_CRC_16_is_the_published_one()
    {
        Assert.Equal(0xAEE7, Crc16.Of("123456789"u8));
        Assert.Equal(0x000C, Crc16.Of(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal(0x8029, Crc16.Of(new byte[32]));
        Assert.Equal(0x259D, Crc16.Of(Counting));
        Assert.Equal(0xFFFF, Crc16.Of([]));
    }
}

using System.Text;
using ProvisionStation.Simulator.Firmware;

namespace ProvisionStation.Tests.Simulator.Firmware;

public sealed class CodeFormatTests
{
    private static readonly byte[] Counting = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];

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
    public void The_usual_key_gives_the_published_words(uint address, uint word) =>
        Assert.Equal(word, KeyStream.Of(SimKey.Default).At(address));

    [Theory]
    [InlineData(0x5A000820, new uint[] { 0x11A8EFB3, 0x11A0E5B3, 0x11A8EFF3, 0xD67F776A })]
    [InlineData(0x5A001B70, new uint[] { 0x11A86FB3, 0x19A06FB3, 0x11AA7DAA, 0xDE334DAD })]
    public void A_key_with_every_stage_on_gives_the_published_words(uint last, uint[] words)
    {
        KeyStream key = new(0x11223344, 0x55667788, 0x99AABBCC, last);
        Assert.Equal(words, new uint[] { 0, 4, 0x10000, 0x12344 }.Select(key.At));
    }

    [Fact]
    public void No_key_changes_nothing() => Assert.Equal(0u, KeyStream.Of(SimKey.Zero).At(0x10000));

    [Fact]
    public void A_group_is_scrambled_and_ends_in_its_CRC()
    {
        byte[] group = new byte[CodeGroups.GroupBytes];
        CodeGroups.Write(Counting, 0x10000, KeyStream.Of(SimKey.Default), group);
        Assert.Equal("2106B77D250AB379291EBF752D12BB713136A76D353AA369392EAF653D22AB61C542", Convert.ToHexString(group));
        Assert.Equal(Counting, CodeGroups.Read(group, 32, 0x10000, KeyStream.Of(SimKey.Default)));
    }

    [Fact]
    public void Sixteen_bit_CRCs_are_the_published_ones()
    {
        byte[] blank = [.. Enumerable.Repeat((byte)0xFF, 32)];
        Assert.Equal(0x000C, Crc16.Of(blank));
        Assert.Equal(0x8029, Crc16.Of(new byte[32]));
        Assert.Equal(0x259D, Crc16.Of(Counting));
        Assert.Equal(0xAEE7, Crc16.Of("123456789"u8));
        Assert.False(CodeGroups.IsRight([.. blank, 0xFF, 0xFF]));
    }

    [Fact]
    public void The_usual_CRC_32_can_be_steered()
    {
        Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));
        byte[] blank = [.. Enumerable.Repeat((byte)0xFF, 253)];
        Assert.Equal("1A773650", Convert.ToHexString(Crc32.Forge(blank, 0xE14191BA)));
        Assert.Equal("7A60F918", Convert.ToHexString(Crc32.Forge(blank.AsSpan(0, 252), 0xBA54C1B8)));
    }

    [Theory]
    [InlineData("313233343536373839", 0x63)]
    [InlineData("80", 0x8C)]
    [InlineData("8000", 0x18)]
    [InlineData("FFFF", 0x82)]
    [InlineData("4F70656E42656B656E", 0xAE)]
    public void The_eight_bit_CRC_shifts_as_signed_bytes_do(string bytes, byte crc) =>
        Assert.Equal(crc, Crc8.Of(Convert.FromHexString(bytes)));

    [Fact]
    public void The_eight_bit_CRC_holds_over_a_whole_configuration()
    {
        Assert.Equal(0x00, Crc8.Of(new byte[3580]));
        Assert.Equal(0x31, Crc8.Of([.. Enumerable.Repeat((byte)0xFF, 3580)]));
    }

    [Fact]
    public void A_trailer_reads_back_and_a_flipped_bit_voids_it()
    {
        byte[] physical = new byte[RblHeader.PhysicalBytes];
        byte[] body = Encoding.ASCII.GetBytes("123456789");
        RblHeader.Write(physical, "app", "1.0", body);
        Assert.Equal((9, 0xCBF43926), RblHeader.Read(physical));
        physical[40] ^= 1;
        Assert.Null(RblHeader.Read(physical));
        Assert.Null(RblHeader.Read(physical.AsSpan(0, 101)));
    }
}

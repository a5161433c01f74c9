using System.Buffers.Binary;
using System.Text;
using ProvisionStation.Simulator.Firmware;

namespace ProvisionStation.Tests.Simulator.Firmware;

public sealed class ImageTests
{
    [Theory]
    [InlineData("N", 1220464)]
    [InlineData("M", 1220464)]
    [InlineData("T", 1048576)]
    public void Images_have_the_length_of_released_ones(string chip, int length)
    {
        Assert.Equal(length, SyntheticImage.Qio(Chip(chip), "1.18.299").Length);
        Assert.Equal(length - 0x11000, SyntheticImage.Ua(Chip(chip), "1.18.299").Length);
    }

    [Theory]
    [InlineData("N")]
    [InlineData("T")]
    [InlineData("M")]
    public void The_application_image_is_the_tail_of_the_whole_one(string chip) =>
        Assert.True(SyntheticImage.Qio(Chip(chip), "1.18.299").AsSpan(0x11000).SequenceEqual(SyntheticImage.Ua(Chip(chip), "1.18.299")));

    [Fact]
    public void An_N_image_has_the_marks_that_tools_look_at()
    {
        byte[] image = SyntheticImage.Qio(SimChip.N, "1.18.299");
        Assert.Equal("690CB596", Convert.ToHexString(image.AsSpan(0, 4)));
        Assert.Equal("BK7231\0\0", Encoding.ASCII.GetString(image, 0x110, 8));
        Assert.Equal("2F07B59435FF2A9B", Convert.ToHexString(image.AsSpan(0x11000, 8)));
        Assert.Equal("RBL\0", Encoding.ASCII.GetString(image, 0x129F0A, 4));
        Assert.Equal("RBL\0", Encoding.ASCII.GetString(image, 0x10F9A, 4));
        Assert.StartsWith("BK7231N_1.0.1\0", Loader(image, SimKey.Default)[0x94..], StringComparison.Ordinal);
        Assert.StartsWith("BK7231\0\0", Body(image, SimKey.Default)[0x100..], StringComparison.Ordinal);
        Assert.Contains("OpenBK7231N 1.18.299 Jul", Body(image, SimKey.Default), StringComparison.Ordinal);
        Assert.Contains("version 1.18.299\0", Body(image, SimKey.Default), StringComparison.Ordinal);
        Assert.Contains("OpenBK7231N_%02X%02X%02X%02X\0", Body(image, SimKey.Default), StringComparison.Ordinal);
    }

    [Fact]
    public void A_T_image_differs_where_real_ones_do()
    {
        byte[] image = SyntheticImage.Qio(SimChip.T, "1.18.299_berry");
        Assert.Equal("4309B596", Convert.ToHexString(image.AsSpan(0, 4)));
        Assert.NotEqual("BK7231\0\0", Encoding.ASCII.GetString(image, 0x110, 8));
        Assert.StartsWith("BK7231S_1.0.5\0", Loader(image, SimKey.Default)[0x94..], StringComparison.Ordinal);
        Assert.False(Body(image, SimKey.Default)[0x100..].StartsWith("BK7231\0\0", StringComparison.Ordinal));
        Assert.Contains("OpenBK7231T 1.18.299_berry Jul", Body(image, SimKey.Default), StringComparison.Ordinal);
    }

    [Fact]
    public void An_M_image_carries_Ns_loader_before_plain_code()
    {
        byte[] image = SyntheticImage.Qio(SimChip.M, "1.18.299");
        Assert.True(image.AsSpan(..0x11000).SequenceEqual(SyntheticImage.Qio(SimChip.N, "1.18.299").AsSpan(..0x11000)));
        Assert.StartsWith("BK7231\0\0", Body(image, SimKey.Zero)[0x100..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("N", 257, 0xE14191BA)]
    [InlineData("T", 256, 0xBA54C1B8)]
    [InlineData("U", 256, 0x2739019F)]
    [InlineData("Bk7238", 257, 0x6BEB0924)]
    [InlineData("Bk7252", 256, 0x39F9B50C)]
    public void A_loader_has_the_CRC_it_is_known_by(string chip, int bytes, uint crc)
    {
        byte[] flash = VendorFlash.Build(Chip(chip), ChipFacts.Of(Chip(chip)).Key, new byte[6], 1);
        Assert.Equal(crc, Crc32.Of(flash.AsSpan(0, bytes)));
        for (int group = 0; group < 9; group++)
            Assert.True(CodeGroups.IsRight(flash.AsSpan(group * 34)), $"group {group}");
        Assert.NotNull(RblHeader.Read(flash.AsSpan(0x10F9A)));
    }

    [Theory]
    [InlineData("N")]
    [InlineData("T")]
    [InlineData("M")]
    [InlineData("U")]
    [InlineData("Bk7238")]
    [InlineData("Bk7252")]
    public void A_unit_boots_its_vendors_firmware_and_then_its_own_image(string name)
    {
        SimChip chip = Chip(name);
        SimKey key = ChipFacts.Of(chip).Key;
        byte[] flash = VendorFlash.Build(chip, key, new byte[6], 1);
        Assert.Equal(new Application(true, false, null, null, null), FlashReader.Examine(flash, chip, key));

        SyntheticImage.Qio(chip, "1.18.299").AsSpan(0x11000).CopyTo(flash.AsSpan(0x11000));
        Assert.Equal(new Application(true, true, "1.18.299", ChipFacts.Of(chip).Name, null), FlashReader.Examine(flash, chip, key));
    }

    [Fact]
    public void A_unit_with_a_vendors_own_key_boots_only_what_is_scrambled_with_it()
    {
        byte[] flash = VendorFlash.Build(SimChip.N, SimKey.Foreign, new byte[6], 1);
        Assert.True(FlashReader.Examine(flash, SimChip.N, SimKey.Foreign).IsBootable);
        Assert.False(FlashReader.Examine(flash, SimChip.N, SimKey.Default).IsBootable);
        SyntheticImage.Ua(SimChip.N, "1.18.299").CopyTo(flash, 0x11000);
        Assert.Contains("key", FlashReader.Examine(flash, SimChip.N, SimKey.Foreign).WhyNot!, StringComparison.Ordinal);
        Assert.False(FlashReader.Examine(flash, SimChip.N, SimKey.Zero).IsBootable);
    }

    [Theory]
    [InlineData("N", "T", "OpenBeken for BK7231N on a BK7231T")]
    [InlineData("T", "N", "OpenBeken for BK7231T on a BK7231N")]
    public void An_image_of_the_other_chip_does_not_run_though_it_has_the_same_key(string image, string unit, string why)
    {
        byte[] flash = VendorFlash.Build(Chip(unit), SimKey.Default, new byte[6], 1);
        SyntheticImage.Ua(Chip(image), "1.18.299").CopyTo(flash, 0x11000);
        Application found = FlashReader.Examine(flash, Chip(unit), SimKey.Default);
        Assert.False(found.IsBootable);
        Assert.True(found.IsOpenBeken);
        Assert.Equal(why, found.WhyNot);
    }

    [Theory]
    [InlineData(0x11000, 1)]
    [InlineData(0x11021, 0x80)]
    [InlineData(0x60000, 0x10)]
    [InlineData(0x127FFF, 1)]
    [InlineData(0x129F0A, 1)]
    [InlineData(0x129F6F, 4)]
    public void A_flipped_bit_anywhere_in_the_image_keeps_it_from_booting(int address, int mask)
    {
        byte[] flash = WithImage(SimChip.N);
        flash[address] ^= (byte)mask;
        Assert.False(FlashReader.Examine(flash, SimChip.N, SimKey.Default).IsBootable);
    }

    [Theory]
    [InlineData("N", 0x11000)]
    [InlineData("N", 0x60000)]
    [InlineData("N", 0x127000)]
    [InlineData("N", 0x129000)]
    [InlineData("T", 0x11000)]
    [InlineData("T", 0xFF000)]
    public void A_sector_left_blank_keeps_the_image_from_booting(string chip, int address)
    {
        byte[] flash = WithImage(Chip(chip));
        flash.AsSpan(address, 0x1000).Fill(0xFF);
        Application found = FlashReader.Examine(flash, Chip(chip), SimKey.Default);
        Assert.False(found.IsBootable);
        Assert.NotNull(found.WhyNot);
    }

    [Theory]
    [InlineData("N")]
    [InlineData("T")]
    public void A_write_that_stopped_half_way_leaves_nothing_that_boots(string chip)
    {
        byte[] image = SyntheticImage.Ua(Chip(chip), "1.18.299");
        // Every 17 sectors a group ends with a sector, so that new and old code meet without a broken CRC-16.
        foreach (int written in (int[])[0x1000, 17 * 0x1000, 4 * 17 * 0x1000, 0x80000, 0xE0000])
        {
            byte[] flash = VendorFlash.Build(Chip(chip), SimKey.Default, new byte[6], 1);
            image.AsSpan(0, written).CopyTo(flash.AsSpan(0x11000));
            Assert.False(FlashReader.Examine(flash, Chip(chip), SimKey.Default).IsBootable, $"0x{written:X} bytes written");
        }
    }

    [Fact]
    public void Erased_and_random_flash_does_not_boot_and_has_no_MAC()
    {
        byte[] flash = new byte[0x200000];
        flash.AsSpan().Fill(0xFF);
        Assert.Equal("no application: blank at 0x11000", FlashReader.Examine(flash, SimChip.N, SimKey.Default).WhyNot);
        const int seed = 20261124;
        for (int round = 0; round < 20; round++)
        {
            new SeededBytes((ulong)(seed + round)).Fill(flash);
            Assert.False(FlashReader.Examine(flash, SimChip.N, SimKey.Zero).IsBootable, $"seed {seed + round}");
            Assert.Null(FlashReader.Mac(flash, SimChip.N));
        }
    }

    [Fact]
    public void A_trailer_with_an_absurd_length_is_no_reason_to_read_on()
    {
        foreach (int length in (int[])[-1, 0, 31, int.MaxValue])
        {
            byte[] flash = WithImage(SimChip.N);
            Span<byte> trailer = flash.AsSpan(0x129F0A);
            byte[] header = CodeGroups.Read(trailer, 96, 0, KeyStream.Of(SimKey.Zero));
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(84), length);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(92), Crc32.Of(header.AsSpan(0, 92)));
            CodeGroups.Write(header, 0, KeyStream.Of(SimKey.Zero), trailer);
            Assert.False(FlashReader.Examine(flash, SimChip.N, SimKey.Default).IsBootable);
        }
    }

    private static byte[] WithImage(SimChip chip)
    {
        byte[] flash = VendorFlash.Build(chip, ChipFacts.Of(chip).Key, new byte[6], 1);
        SyntheticImage.Ua(chip, "1.18.299").CopyTo(flash, 0x11000);
        return flash;
    }

    private static string Loader(byte[] image, SimKey key) => Latin(CodeGroups.Read(image, 0x1000, 0, KeyStream.Of(key)));

    private static string Body(byte[] image, SimKey key) =>
        Latin(CodeGroups.Read(image.AsSpan(0x11000), 0xD0000, 0x10000, KeyStream.Of(key)));

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static SimChip Chip(string name) => Enum.Parse<SimChip>(name);
}

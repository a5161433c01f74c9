using ProvisionStation.Beken;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Bench;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.BootLoader;

public sealed class IdentificationTests
{
    [Fact]
    public async Task An_N_tells_everything()
    {
        ChipIdentity identity = await IdentifyAsync(true, _ => { });
        Assert.Equal((ChipModel.BK7231N, LoaderGeneration.Full, KeyClass.Default), (identity.Model, identity.Generation, identity.KeyClass));
        Assert.Equal("BK7231N 1.0.1", identity.LoaderName);
        Assert.Equal(0x0007231Cu, identity.ChipId);
        Assert.Equal(0x1560EBu, identity.FlashId);
        Assert.Equal((0x200000u, (ushort?)0), (identity.FlashBytes, identity.StatusRegister));
    }

    [Fact]
    public async Task A_T_is_known_by_its_loader_and_what_it_cannot_tell_is_not_readable()
    {
        ChipIdentity identity = await IdentifyAsync(false, _ => { });
        Assert.Equal((ChipModel.BK7231T, LoaderGeneration.Basic, KeyClass.NotReadable), (identity.Model, identity.Generation, identity.KeyClass));
        Assert.Equal("BK7231S_1.0.5", identity.LoaderName);
        Assert.Equal((null, null, null, null), (identity.ChipId, identity.FlashId, identity.Key, identity.StatusRegister));
        Assert.Equal(0x200000u, identity.FlashBytes);
    }

    [Fact]
    public async Task A_zero_key_without_lock_bits_is_an_M()
    {
        ChipIdentity identity = await IdentifyAsync(true, loader => loader.Chip.EFuse.AsSpan().Clear());
        Assert.Equal((ChipModel.BK7231M, KeyClass.Zero), (identity.Model, identity.KeyClass));
    }

    [Theory, InlineData(0x10), InlineData(0x20), InlineData(0x30)]
    public async Task A_zero_key_that_may_be_hidden_is_not_readable(byte control)
    {
        ChipIdentity identity = await IdentifyAsync(true, loader =>
        {
            loader.Chip.EFuse.AsSpan().Clear();
            loader.Chip.EFuse[31] = control;
        });
        Assert.Equal((ChipModel.BK7231N, KeyClass.NotReadable), (identity.Model, identity.KeyClass));
        Assert.Null(identity.Key);
    }

    [Fact]
    public async Task Any_other_key_is_foreign()
    {
        ChipIdentity identity = await IdentifyAsync(true, loader => loader.Chip.EFuse[3] ^= 1);
        Assert.Equal(KeyClass.Foreign, identity.KeyClass);
    }

    [Theory, InlineData(0x00007238u, ChipModel.BK7238), InlineData(0x0007252Au, ChipModel.BK7252N), InlineData(0x00001234u, ChipModel.Unknown)]
    public async Task Other_full_chips_are_known_by_their_id(uint chipId, ChipModel model)
    {
        ChipIdentity identity = await IdentifyAsync(true, loader => loader.Chip.ChipId = chipId);
        Assert.Equal(model, identity.Model);
    }

    [Theory]
    [InlineData("BK7231U_1.0.6", ChipModel.BK7231U)]
    [InlineData("BK7252_0.1.3", ChipModel.BK7252)]
    [InlineData("BK7231S_1.0.9", ChipModel.BK7231T)]
    [InlineData(null, ChipModel.Unknown)]
    public async Task A_basic_loader_that_no_table_knows_is_asked_for_its_version(string? version, ChipModel model)
    {
        ChipIdentity identity = await IdentifyAsync(false, loader =>
        {
            loader.Chip.Flash[0] = 0x12;
            loader.Chip.Version = version;
        });
        Assert.Equal((model, version), (identity.Model, identity.LoaderName));
    }

    [Theory, InlineData(0x2739019Fu, "BK7231U"), InlineData(0x39F9B50Cu, "BK7252"), InlineData(0xE3A27C26u, "BK7252"), InlineData(0xF0231EF6u, "BK7231Q"), InlineData(0xF42F8C32u, "BK7238")]
    public void Loaders_of_chips_that_are_only_backed_up_are_known_by_name(uint crc, string model) =>
        Assert.Equal(model, KnownLoaders.Find(crc)!.Model.ToString());

    [Fact]
    public async Task A_known_loader_that_behaves_like_the_other_generation_is_refused()
    {
        // The first 256 bytes have the CRC of the N's loader, but the unit has no registers.
        BenchException fault = await Assert.ThrowsAsync<BenchException>(
            () => IdentifyAsync(false, loader => Convert.FromHexString("627074A3").CopyTo(loader.Chip.Flash, 252)));
        Assert.Contains("contradicts itself", fault.Message, StringComparison.Ordinal);
        Assert.Equal(BenchReasons.LinkLost, fault.Reason);
    }

    [Theory, InlineData(6, true), InlineData(5, true), InlineData(5, false)]
    public async Task The_flash_id_is_read_whichever_way_its_length_is_announced(int announced, bool dummy)
    {
        ChipIdentity identity = await IdentifyAsync(true, loader => (loader.Chip.AnnouncedFlashIdBytes, loader.Chip.FlashIdHasDummy) = (announced, dummy));
        Assert.Equal("TH25Q16HB", identity.FlashChip!.Name);
    }

    [Theory, InlineData(4, 0x1560EBu), InlineData(100, null)]
    public async Task A_flash_id_of_zeros_is_refused_and_asked_for_again(int blanks, uint? found)
    {
        ChipIdentity identity = await IdentifyAsync(true, loader => loader.Faults.BlankFlashIds = blanks);
        Assert.Equal(found, identity.FlashId);
        Assert.Equal(0x200000u, identity.FlashBytes);
    }

    [Fact]
    public async Task A_flash_id_of_ones_is_refused()
    {
        ChipIdentity identity = await IdentifyAsync(true, loader => loader.Chip.FlashId = [0xFF, 0xFF, 0xFF]);
        Assert.Null(identity.FlashId);
    }

    [Theory, InlineData(0x100000), InlineData(0x200000), InlineData(0x400000)]
    public async Task The_wrap_probe_tells_the_size_of_a_flash_without_an_id(int bytes)
    {
        byte[] flash = new byte[bytes];
        flash.AsSpan().Fill(0xFF);
        FakeUnit.FlashOf(false).AsSpan(0, 0x20000).CopyTo(flash);
        await using var unit = new FakeUnit(false, flash: flash);
        await unit.Session.LinkAsync(TimeSpan.FromSeconds(1), FakeUnit.Cancel);
        ChipIdentity identity = await unit.Session.IdentifyAsync(FakeUnit.Cancel);
        Assert.Equal((uint)bytes, identity.FlashBytes);
    }

    [Fact]
    public async Task Blank_pages_prove_no_size()
    {
        uint blank = Beken.Flash.Crc32.Of(Enumerable.Repeat((byte)0xFF, 4096).ToArray());
        Assert.Equal(0u, await WrapProbe.SizeAsync(_ => Task.FromResult<uint?>(blank)));
        Assert.Equal(0u, await WrapProbe.SizeAsync(_ => Task.FromResult<uint?>(null)));
    }

    [Fact]
    public async Task A_look_leaves_the_rate_alone()
    {
        await using var unit = new FakeUnit(true);
        await unit.Session.LinkAsync(TimeSpan.FromSeconds(1), FakeUnit.Cancel);
        ChipIdentity identity = await unit.Session.LookAsync(FakeUnit.Cancel);
        Assert.Equal(0x1560EBu, identity.FlashId);
        Assert.DoesNotContain(0x0F, unit.Loader.Opcodes);
    }

    private static async Task<ChipIdentity> IdentifyAsync(bool isFull, Action<FakeLoader> prepare)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(isFull, prepare);
        Assert.Empty(unit.Loader.Chip.Erases);
        Assert.Empty(unit.Loader.Chip.StatusWrites);
        return unit.Session.Identity!;
    }
}

using ProvisionStation.Beken;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Flash;

/// <summary>Laws 1, 3 and 9 at the one place below all steps.</summary>
public sealed class FlashGuardTests
{
    public static TheoryData<FlashPurpose> Purposes => [.. Enum.GetValues<FlashPurpose>()];

    [Theory, MemberData(nameof(Purposes))]
    public void Law_3_nothing_below_0x11000_is_ever_opened(FlashPurpose purpose)
    {
        foreach (ChipModel model in Enum.GetValues<ChipModel>())
        {
            Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(0x10000, 0x1000), Of(model)));
            Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(0x10000, 0x2000), Of(model)));
            Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(0, 0x1D0000), Of(model)));
        }
    }

    [Theory, MemberData(nameof(Purposes))]
    public void Law_3_an_address_that_wraps_is_judged_by_where_it_lands(FlashPurpose purpose)
    {
        Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(0x200000, 0x1000), Of(ChipModel.BK7231N)));
        Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(0x211000, 0x1000), Of(ChipModel.BK7231N)));
        Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(0x1FF000, 0x2000), Of(ChipModel.BK7231N)));
        Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(0xFFFFF000, 0x2000), Of(ChipModel.BK7231N)));
        Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(0x11000, 0x1000), Of(ChipModel.BK7231N) with { FlashBytes = 0 }));
    }

    [Theory, MemberData(nameof(Purposes))]
    public void Law_3_the_RF_sector_is_opened_for_no_purpose_but_its_own(FlashPurpose purpose)
    {
        foreach (ChipModel model in new[] { ChipModel.BK7231N, ChipModel.BK7231M, ChipModel.BK7231T })
        {
            uint rf = FlashLayout.Of(model)!.RfSector.Start.Value;
            Assert.Equal(purpose == FlashPurpose.RfSector, FlashGuard.WhyNot(purpose, Ranges.At(rf, 0x1000), Of(model)) is null);
            Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(rf - 0x1000, 0x2000), Of(model)));
            Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(rf, 0x2000), Of(model)));
            Assert.NotNull(FlashGuard.WhyNot(purpose, Ranges.At(0x11000, 0x1EF000), Of(model)));
        }
    }

    [Theory]
    [InlineData(FlashPurpose.Image, 0x11000, 0x1BF000, true)]
    [InlineData(FlashPurpose.Image, 0x11000, 0x1C0000, false)]
    [InlineData(FlashPurpose.Image, 0x1D1000, 0x1000, false)]
    [InlineData(FlashPurpose.Configuration, 0x1D1000, 0x1000, true)]
    [InlineData(FlashPurpose.Configuration, 0x1D2000, 0x1000, false)]
    [InlineData(FlashPurpose.Configuration, 0x11000, 0x1000, false)]
    [InlineData(FlashPurpose.VendorStore, 0x1ED000, 0x13000, true)]
    [InlineData(FlashPurpose.VendorStore, 0x1EC000, 0x1000, false)]
    [InlineData(FlashPurpose.Restore, 0x1D1000, 0x2F000, true)]
    [InlineData(FlashPurpose.Restore, 0x11000, 0x1BF000, true)]
    [InlineData(FlashPurpose.Restore, 0x11000, 0x1C0000, false)]
    [InlineData(FlashPurpose.Restore, 0x1D0000, 0x30000, false)]
    [InlineData(FlashPurpose.Restore, 0x1FF000, 0x1000, true)]
    [InlineData(FlashPurpose.RfSector, 0x1D0000, 0x1000, true)]
    [InlineData(FlashPurpose.RfSector, 0x1CF000, 0x1000, false)]
    [InlineData(FlashPurpose.RfSector, 0x1D1000, 0x1000, false)]
    [InlineData(FlashPurpose.RfSector, 0x11000, 0x1000, false)]
    [InlineData(FlashPurpose.Image, 0x11000, 0x800, false)]
    [InlineData(FlashPurpose.Image, 0x11000, 0, false)]
    [InlineData(FlashPurpose.Image, 0x11800, 0x1000, false)]
    public void Law_3_each_purpose_has_its_own_range_on_an_N(FlashPurpose purpose, uint start, uint bytes, bool isLegal) =>
        Assert.Equal(isLegal, FlashGuard.WhyNot(purpose, Ranges.At(start, bytes), Of(ChipModel.BK7231N)) is null);

    [Theory, InlineData(0x1E0000, true), InlineData(0x1D0000, false)]
    public void Law_3_the_RF_sector_of_a_T_is_not_that_of_an_N(uint start, bool isLegal) =>
        Assert.Equal(isLegal, FlashGuard.WhyNot(FlashPurpose.RfSector, Ranges.At(start, 0x1000), Of(ChipModel.BK7231T)) is null);

    [Theory, InlineData(0x1E1000, true), InlineData(0x1D1000, false)]
    public void Law_3_the_config_sector_of_a_T_is_not_that_of_an_N(uint start, bool isLegal) =>
        Assert.Equal(isLegal, FlashGuard.WhyNot(FlashPurpose.Configuration, Ranges.At(start, 0x1000), Of(ChipModel.BK7231T)) is null);

    [Theory, InlineData(ChipModel.BK7238), InlineData(ChipModel.BK7231U), InlineData(ChipModel.BK7252), InlineData(ChipModel.BK7252N), InlineData(ChipModel.BK7231Q), InlineData(ChipModel.Unknown)]
    public void A_chip_that_is_only_backed_up_is_refused_by_name(ChipModel model) =>
        Assert.Contains(model.ToString(), FlashGuard.WhyNot(FlashPurpose.Image, Ranges.At(0x11000, 0x1000), Of(model)), StringComparison.Ordinal);

    [Fact]
    public async Task Law_1_no_erase_or_program_leaves_before_the_backup_is_durable()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        var guard = new FlashGuard(unit.Session, () => false, (_, _, _) => Task.CompletedTask);
        Assert.Throws<InvalidOperationException>(() => guard.Open(FlashPurpose.Image, Ranges.At(0x11000, 0x1000)));
        Assert.Empty(unit.Loader.Chip.Erases);
    }

    [Fact]
    public async Task Law_1_is_asked_before_every_single_erase_not_once()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        bool isDurable = true;
        var guard = new FlashGuard(unit.Session, () => isDurable, (_, _, _) => Task.CompletedTask);
        GuardedRange range = guard.Open(FlashPurpose.Image, Ranges.At(0x11000, 0x3000));
        unit.Loader.Chip.BeforeChange = () =>
        {
            Assert.True(isDurable);
            isDurable = false;
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => range.WriteAsync(new byte[0x3000], null, FakeUnit.Cancel));
        Assert.Single(unit.Loader.Chip.Erases);
        Assert.Empty(unit.Loader.Chip.Writes);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Law_9_the_intent_of_a_block_is_committed_before_its_first_erase(bool isFull)
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(isFull);
        List<FlashRange> intents = [];
        var guard = new FlashGuard(unit.Session, () => true, async (_, range, _) =>
        {
            int erasesBefore = unit.Loader.Chip.Erases.Count;
            await Task.Yield();
            Assert.Equal(erasesBefore, unit.Loader.Chip.Erases.Count);
            intents.Add(range);
        });
        unit.Loader.Chip.BeforeChange = () => Assert.Contains(
            intents, intent => intent.Contains(Ranges.At(unit.Loader.Chip.Erases[^1].Address, 0x1000)));
        GuardedRange opened = guard.Open(FlashPurpose.Image, Ranges.At(0x1E000, 0x14000));
        Assert.Null(await opened.WriteAsync(new byte[0x14000], null, FakeUnit.Cancel));
        Assert.Equal([Ranges.At(0x1E000, 0x2000), Ranges.At(0x20000, 0x10000), Ranges.At(0x30000, 0x2000)], intents);
    }

    [Fact]
    public async Task Law_9_an_intent_that_cannot_be_committed_means_no_erase()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        var guard = new FlashGuard(unit.Session, () => true, (_, _, _) => throw new IOException("disk full"));
        GuardedRange opened = guard.Open(FlashPurpose.Image, Ranges.At(0x11000, 0x1000));
        await Assert.ThrowsAsync<IOException>(() => opened.WriteAsync(new byte[0x1000], null, FakeUnit.Cancel));
        await Assert.ThrowsAsync<IOException>(() => opened.EraseAsync(FakeUnit.Cancel));
        await Assert.ThrowsAsync<IOException>(() => opened.VerifyAndHealAsync(new byte[0x1000], FakeUnit.Cancel));
        Assert.Empty(unit.Loader.Chip.Erases);
        Assert.Empty(unit.Loader.Chip.Writes);
    }

    [Fact]
    public async Task The_status_register_is_written_only_behind_a_durable_backup()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true, loader => loader.Chip.Status = 0x407C);
        var guard = new FlashGuard(unit.Session, () => false, (_, _, _) => Task.CompletedTask);
        await Assert.ThrowsAsync<InvalidOperationException>(() => guard.UnprotectAsync(FakeUnit.Cancel));
        Assert.Empty(unit.Loader.Chip.StatusWrites);
    }

    [Fact]
    public async Task The_status_register_is_written_only_behind_a_committed_intent_without_a_range()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true, loader => loader.Chip.Status = 0x407C);
        List<(FlashPurpose Purpose, uint Bytes, int WritesBefore)> intents = [];
        var guard = new FlashGuard(unit.Session, () => true, async (purpose, range, _) =>
        {
            await Task.Yield();
            intents.Add((purpose, range.LengthBytes, unit.Loader.Chip.StatusWrites.Count));
        });
        Assert.True((await guard.UnprotectAsync(FakeUnit.Cancel)).IsOpen);
        Assert.Equal([(FlashPurpose.Unprotect, 0u, 0)], intents);
        Assert.Equal([(ushort)0], unit.Loader.Chip.StatusWrites);
        var lost = new FlashGuard(unit.Session, () => true, (_, _, _) => throw new IOException("disk full"));
        unit.Loader.Chip.Status = 0x407C;
        await Assert.ThrowsAsync<IOException>(() => lost.UnprotectAsync(FakeUnit.Cancel));
        Assert.Single(unit.Loader.Chip.StatusWrites);
    }

    [Fact]
    public async Task An_open_flash_needs_no_intent_to_stay_open()
    {
        await using FakeUnit unit = await FakeUnit.ReadyAsync(true);
        var guard = new FlashGuard(unit.Session, () => true, (_, _, _) => throw new IOException("not needed"));
        Assert.Equal(new ProtectionResult(true, false, 0, 0), await guard.UnprotectAsync(FakeUnit.Cancel));
    }

    private static ChipIdentity Of(ChipModel model) =>
        new(model, LoaderGeneration.Full, null, 0, null, null, null, 0x200000, null, KeyClass.Default, null);
}

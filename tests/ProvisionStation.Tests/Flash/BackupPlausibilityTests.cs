using ProvisionStation.Beken;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Flash;

public sealed class BackupPlausibilityTests
{
    private static readonly byte[] BackupOfN = ImageBuilder.FullDump("BK7231N");
    private static readonly byte[] BackupOfT = ImageBuilder.FullDump("BK7231T");

    [Fact]
    public void A_whole_flash_with_its_RF_table_in_place_is_plausible()
    {
        Assert.Null(BackupPlausibility.Check(BackupOfN, ChipModel.BK7231N));
        Assert.Null(BackupPlausibility.Check(BackupOfN, ChipModel.BK7231M));
        Assert.Null(BackupPlausibility.Check(BackupOfT, ChipModel.BK7231T));
    }

    [Theory, InlineData(0x00), InlineData(0xFF)]
    public void One_byte_all_over_is_not_and_is_named(byte value)
    {
        byte[] backup = [.. Enumerable.Repeat(value, 0x200000)];
        Says($"0x{value:X2}", backup, ChipModel.BK7231N);
        Says($"0x{value:X2}", backup, ChipModel.Unknown);
    }

    [Fact]
    public void An_RF_table_where_another_chip_has_it_is_not_and_both_places_are_named()
    {
        Says("0x1E0000", BackupOfT, ChipModel.BK7231N);
        Says("0x1D0000", BackupOfT, ChipModel.BK7231N);
        Says("0x1D0000", BackupOfN, ChipModel.BK7231T);
    }

    [Fact]
    public void A_lost_RF_table_is_not_and_what_stands_there_is_told()
    {
        byte[] backup = [.. BackupOfN];
        backup.AsSpan(0x1D0000, 0x1000).Fill(0xFF);
        Says("FFFFFFFFFFFFFFFF", backup, ChipModel.BK7231N);
    }

    [Fact]
    public void An_RF_table_without_a_MAC_is_not()
    {
        byte[] backup = [.. BackupOfN];
        backup[0x1D001C] = 0x09;
        Says("no MAC", backup, ChipModel.BK7231N);
    }

    [Theory, InlineData(ChipModel.BK7231N), InlineData(ChipModel.BK7231T), InlineData(ChipModel.BK7231U), InlineData(ChipModel.Unknown)]
    public void A_backup_that_was_read_from_0x11000_is_named_as_that(ChipModel chip)
    {
        foreach (byte[] whole in new[] { BackupOfN, BackupOfT })
            Says("read from 0x011000", [.. whole.AsSpan(0x11000), .. whole.AsSpan(0, 0x11000)], chip);
    }

    [Theory, InlineData(0x00), InlineData(0xFF)]
    public void A_blank_loader_is_not_plausible_on_any_chip(byte value)
    {
        byte[] backup = [.. BackupOfN];
        backup.AsSpan(0, 0x11000).Fill(value);
        Says("boot loader", backup, ChipModel.BK7231N);
        Says("boot loader", backup, ChipModel.BK7252);
        backup[0x10FFF] = (byte)~value;
        Assert.Null(BackupPlausibility.Check(backup, ChipModel.BK7231N));
    }

    [Theory, InlineData(ChipModel.BK7238), InlineData(ChipModel.BK7231U), InlineData(ChipModel.BK7252), InlineData(ChipModel.BK7252N), InlineData(ChipModel.Unknown)]
    public void A_chip_that_is_only_backed_up_need_not_have_its_RF_table_in_one_place(ChipModel chip)
    {
        byte[] backup = [.. BackupOfT];
        backup.AsSpan(0x1E0000, 0x1000).CopyTo(backup.AsSpan(0x1E3000));
        backup.AsSpan(0x1E0000, 0x1000).Fill(0xFF);
        Assert.Null(BackupPlausibility.Check(backup, chip));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(0x11000), InlineData(0x1D0000), InlineData(0x1D0FFF)]
    public void A_short_backup_is_not_plausible_and_does_no_harm(int bytes) =>
        Assert.NotNull(BackupPlausibility.Check(BackupOfN.AsSpan(0, bytes), ChipModel.BK7231N));

    private static void Says(string word, byte[] backup, ChipModel chip) =>
        Assert.Contains(word, BackupPlausibility.Check(backup, chip), StringComparison.Ordinal);
}

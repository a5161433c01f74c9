using System.Security.Cryptography;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>A backup goes back: the ranges of law 3, only what differs, and compared before anything boots.</summary>
public sealed class WriteBackTests
{
    private static CancellationToken Cancel => FakeUnitRun.Cancel;

    [Fact]
    public async Task Only_the_sectors_that_differ_are_written_and_the_flash_is_the_backup_again()
    {
        await using FakeUnitRun made = await ConvertedAsync();
        byte[] flash = made.Loader.Chip.Flash, backup = made.Run.Backup!;
        byte[] present = [.. flash];
        made.Loader.Chip.Erases.Clear();
        Assert.Null((await WriteBack.RestoreAsync(made.Run, present, backup, Cancel)).Reason);
        Assert.True(flash.AsSpan().SequenceEqual(backup), "the flash is not the backup");
        HashSet<uint> differ = [.. Enumerable.Range(0, 512).Where(sector => !Sector(present, sector).SequenceEqual(Sector(backup, sector))).Select(sector => (uint)sector * 4096)];
        Assert.Equal(differ.Count, made.Loader.Chip.Erases.Sum(erase => erase.Opcode == 0xD8 ? 16 : 1));
        Assert.All(made.Loader.Chip.Erases, erase => Assert.Contains(erase.Address, differ));
        StepOutcome compared = await WriteBack.CompareAsync(made.Run, backup, made.Run.BackupSha256!, Cancel);
        Assert.Null(compared.Reason);
        Assert.Equal(UnitState.Restored, made.Run.State);
        string held = Convert.ToHexStringLower(SHA256.HashData([.. flash.AsSpan(0x11000, 0x1D0000 - 0x11000), .. flash.AsSpan(0x1D1000)]));
        Assert.Equal(1, made.Count($"SELECT count(*) FROM claim WHERE name = 'written-sha256' AND value = '{held}' AND source = 'readback'"));
    }

    [Fact]
    public async Task Law_3_neither_loader_nor_RF_sector_is_touched_though_the_backup_differs_there()
    {
        await using FakeUnitRun made = await ConvertedAsync();
        byte[] present = [.. made.Loader.Chip.Flash];
        byte[] backup = [.. made.Run.Backup!];
        backup[0x3000] ^= 0xFF;
        backup[0x1D0020] ^= 0xFF;
        await WriteBack.RestoreAsync(made.Run, present, backup, Cancel);
        Assert.True(present.AsSpan(0, 0x11000).SequenceEqual(made.Loader.Chip.Flash.AsSpan(0, 0x11000)));
        Assert.True(present.AsSpan(0x1D0000, 0x1000).SequenceEqual(made.Loader.Chip.Flash.AsSpan(0x1D0000, 0x1000)));
        Assert.All(made.Loader.Chip.Erases, erase => Assert.True(erase.Address >= 0x11000));
    }

    [Fact]
    public async Task Law_9_every_erase_of_a_restore_finds_its_own_intent_and_the_state_is_what_the_flash_is()
    {
        await using FakeUnitRun made = await ConvertedAsync();
        long before = made.Count("SELECT count(*) FROM intent");
        made.Loader.Chip.BeforeChange = () =>
        {
            Assert.NotEqual(UnitState.Configured, made.Run.State);
            Assert.NotEqual(UnitState.Written, made.Run.State);
            uint at = made.Loader.Chip.Erases[^1].Address;
            Assert.True(
                made.Count($"SELECT count(*) FROM intent WHERE purpose = 'restore' AND start_address <= {at} AND {at} < start_address + length_bytes") > 0,
                $"0x{at:X6} is erased without an intent");
        };
        await WriteBack.RestoreAsync(made.Run, [.. made.Loader.Chip.Flash], made.Run.Backup!, Cancel);
        Assert.True(made.Count("SELECT count(*) FROM intent") > before);
        Assert.Equal(0, made.Count("SELECT count(*) FROM intent WHERE length_bytes > 65536"));
        Assert.Equal(UnitState.PartlyWritten, made.Run.State);
    }

    [Theory]
    [InlineData(0x11000, "crc-mismatch")]
    [InlineData(0x1FFFFF, "crc-mismatch")]
    [InlineData(0x1CFFFF, "crc-mismatch")]
    [InlineData(0x1D0000, "rf-changed")]
    [InlineData(0x1D1000, "crc-mismatch")]
    public async Task A_single_byte_that_differs_is_named_and_the_unit_is_not_called_restored(int at, string reason)
    {
        await using FakeUnitRun made = await ConvertedAsync();
        await WriteBack.RestoreAsync(made.Run, [.. made.Loader.Chip.Flash], made.Run.Backup!, Cancel);
        made.Loader.Chip.Flash[at] ^= 0x40;
        StepOutcome outcome = await WriteBack.CompareAsync(made.Run, made.Run.Backup!, made.Run.BackupSha256!, Cancel);
        Assert.Equal(reason, outcome.Reason);
        Assert.Contains($"0x{at:X6}", outcome.Detail, StringComparison.Ordinal);
        Assert.Contains("1 bytes differ", outcome.Detail, StringComparison.Ordinal);
        Assert.NotEqual(UnitState.Restored, made.Run.State);
        Assert.Equal(0, made.Count("SELECT count(*) FROM claim WHERE name = 'restored'"));
    }

    [Fact]
    public async Task Law_1_nothing_goes_back_before_the_present_flash_is_in_the_vault()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        byte[] backup = FakeUnit.FlashOf(true);
        byte[] present = [.. backup];
        present[0x20000] ^= 1;
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteBack.RestoreAsync(made.Run, present, backup, Cancel));
        Assert.Empty(made.Loader.Chip.Erases);
    }

    [Fact]
    public async Task The_units_own_original_is_found_and_goes_back_in_one_call()
    {
        await using FakeUnitRun made = await ConvertedAsync();
        made.Run.Backup = [.. made.Loader.Chip.Flash];
        Assert.Null((await WriteBack.OwnOriginalAsync(made.Run, Cancel)).Reason);
        Assert.True(FakeUnit.FlashOf(true).AsSpan().SequenceEqual(made.Loader.Chip.Flash));
    }

    [Fact]
    public async Task A_unit_whose_MAC_cannot_be_read_finds_its_own_original_by_its_id()
    {
        await using FakeUnitRun made = await ConvertedAsync();
        await using FakeUnitRun other = await made.AgainAsync(OtherUnit(), slot: 2);
        await other.IdentifyAsync();
        Assert.Null((await other.BackUpAsync()).Reason);
        made.Run.Marks = made.Run.Marks! with { Mac = null };
        Assert.Equal(made.Run.BackupSha256, (await WriteBack.OriginalOfAsync(made.Run, Cancel))?.Sha256);
        Assert.Equal(made.Run.BackupSha256, Assert.Single(await made.Journal.BackupsOfAsync(made.Run.UnitId!.Value, Cancel)).Sha256);
    }

    [Fact]
    public async Task A_backup_whose_run_was_changed_is_not_written_back_where_the_MAC_cannot_be_read()
    {
        await using FakeUnitRun first = await ConvertedAsync();
        await first.CloseAsync(Verdict.Pass, null);
        await using FakeUnitRun made = await first.AgainAsync();
        await made.IdentifyAsync();
        made.Run.Marks = made.Run.Marks! with { Mac = null };
        using (System.Data.Common.DbConnection raw = first.Data.Raw())
        {
            DataFolder.DropTriggers(raw);
            DataFolder.Sql(raw, "UPDATE run_closed SET verdict = 'FAIL', reason = 'no-boot'");
        }

        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => WriteBack.OriginalOfAsync(made.Run, Cancel));
        Assert.Contains("was changed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neighbouring_sectors_are_written_together_and_never_across_the_RF_sector()
    {
        byte[] present = new byte[0x200000], backup = new byte[0x200000];
        foreach (int at in new[] { 0x11000, 0x12000, 0x14000, 0x1CF000, 0x1D0000, 0x1D1000 })
            backup[at + 7] = 1;
        FlashRange[] ranges = [FlashRange.FromTo(0x11000, 0x1D0000), FlashRange.FromTo(0x1D1000, 0x200000)];
        Assert.Equal(
            [FlashRange.FromTo(0x11000, 0x13000), FlashRange.FromTo(0x14000, 0x15000), FlashRange.FromTo(0x1CF000, 0x1D0000), FlashRange.FromTo(0x1D1000, 0x1D2000)],
            WriteBack.Changed(ranges, present, backup, []));
    }

    private static byte[] OtherUnit()
    {
        byte[] flash = FakeUnit.FlashOf(true);
        ImageBuilder.RfSector("381F8D112299").CopyTo(flash.AsSpan(0x1D0000));
        return flash;
    }

    private static Span<byte> Sector(byte[] flash, int sector) => flash.AsSpan(sector * 4096, 4096);

    /// <summary>A unit that was backed up, got the image, and whose store has changed since.</summary>
    private static async Task<FakeUnitRun> ConvertedAsync()
    {
        FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        Assert.Null((await made.BackUpAsync()).Reason);
        Assert.Null((await new WriteStep().RunAsync(made.Run, Cancel)).Reason);
        Assert.Null((await new VerifyStep().RunAsync(made.Run, Cancel)).Reason);
        made.Loader.Chip.Flash[0x1FF123] &= 0xF0;
        return made;
    }
}

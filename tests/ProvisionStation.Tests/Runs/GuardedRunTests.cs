using System.Data.Common;
using ProvisionStation.Beken;
using ProvisionStation.Bench;
using ProvisionStation.Records;
using ProvisionStation.Records.Vault;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>Laws 1 and 9 where steps, guard, vault and journal meet: the product's own on a fake loader.</summary>
public sealed class GuardedRunTests
{
    private static CancellationToken Cancel => FakeUnitRun.Cancel;

    [Fact]
    public async Task Law_9_every_erase_finds_its_own_intent_in_the_journal()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        Assert.Null((await made.BackUpAsync()).Reason);
        using DbConnection raw = made.Data.Raw();
        made.Loader.Chip.BeforeChange = () =>
        {
            uint at = made.Loader.Chip.Erases[^1].Address;
            Assert.True(
                (long)DataFolder.Sql(raw, $"SELECT count(*) FROM intent WHERE purpose = 'image' AND start_address <= {at} AND {at} < start_address + length_bytes")! > 0,
                $"0x{at:X6} is erased without an intent");
        };
        Assert.Null((await new WriteStep().RunAsync(made.Run, Cancel)).Reason);
        Assert.NotEmpty(made.Loader.Chip.Erases);
        Assert.Equal(0, made.Count("SELECT count(*) FROM intent WHERE length_bytes > 65536"));
        Assert.Equal(made.Run.Work.Image.WriteRange.LengthBytes, made.Count("SELECT sum(length_bytes) FROM intent"));
    }

    [Fact]
    public async Task Law_9_the_state_follows_the_intents()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        await made.BackUpAsync();
        List<UnitState> states = [made.Run.State];
        made.Loader.Chip.BeforeChange = () =>
        {
            if (states[^1] != made.Run.State)
                states.Add(made.Run.State);
        };
        await new WriteStep().RunAsync(made.Run, Cancel);
        Assert.Equal([UnitState.Untouched, UnitState.Erased, UnitState.PartlyWritten], states);
    }

    [Fact]
    public async Task Law_9_opening_the_protection_is_an_intent_and_no_erase()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        await made.BackUpAsync();
        (made.Loader.Chip.Status, made.Loader.Faults.ProtectionStays) = (0x407C, true);
        StepOutcome outcome = await new WriteStep().RunAsync(made.Run, Cancel);
        Assert.Equal("protected", outcome.Reason);
        Assert.Equal(1, made.Count("SELECT count(*) FROM intent WHERE purpose = 'unprotect' AND length_bytes = 0"));
        Assert.Equal(UnitState.Untouched, made.Run.State);
        Assert.Empty(made.Loader.Chip.Erases);
    }

    [Fact]
    public async Task A_flash_that_is_locked_again_before_configure_fails_as_protected()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        await made.BackUpAsync();
        (made.Loader.Chip.Status, made.Loader.Faults.ProtectionStays) = (0x407C, true);
        Assert.Equal("protected", (await new ConfigureStep().RunAsync(made.Run, Cancel)).Reason);
        Assert.Empty(made.Loader.Chip.Erases);
        Assert.Null(made.Run.Configuration);
    }

    [Fact]
    public async Task Law_1_nothing_is_erased_or_unprotected_without_a_backup()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        made.Loader.Chip.Status = 0x407C;
        await AssertRefusedAsync(made);
    }

    [Fact]
    public async Task Law_1_nothing_is_erased_once_the_backup_is_gone_from_the_vault()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        Assert.Null((await made.BackUpAsync()).Reason);
        string pack = Assert.Single(Directory.GetFiles(Path.Combine(made.Data.Path, "vault", "packs")));
        using (FileStream cut = File.OpenWrite(pack))
            cut.SetLength(cut.Length - 1);
        await AssertRefusedAsync(made);
        File.Delete(pack);
        await AssertRefusedAsync(made);
    }

    [Fact]
    public async Task Law_1_the_backup_is_in_the_vault_and_named_in_the_journal_before_the_first_erase()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        byte[] original = [.. made.Loader.Chip.Flash];
        Assert.Null((await made.BackUpAsync()).Reason);
        string sha256 = made.Run.BackupSha256!;
        Assert.Equal(1, made.Count($"SELECT count(*) FROM artifact WHERE kind = 'backup' AND sha256 = '{sha256}' AND bytes = {original.Length}"));
        Assert.Equal(original, await BackupVault.OpenForReading(made.Data.Path).ReadAsync(sha256, Cancel));
        Assert.Empty(made.Loader.Chip.Erases);
    }

    [Fact]
    public async Task Law_1_a_backup_without_an_RF_table_is_implausible_and_nothing_is_erased()
    {
        byte[] flash = FakeUnit.FlashOf(true);
        flash.AsSpan(0x1D0000, 0x1000).Fill(0xFF);
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync(flash);
        StepOutcome outcome = await made.BackUpAsync();
        Assert.Equal("backup-implausible", outcome.Reason);
        Assert.Contains("0x1D0000", outcome.Detail, StringComparison.Ordinal);
        Assert.True(made.Run.Vault.Holds(made.Run.BackupSha256!), "even an implausible backup is kept");
        await AssertRefusedAsync(made);
    }

    [Fact]
    public async Task An_image_for_the_sister_chip_is_a_mismatch_and_nothing_is_erased()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        made.Run.Identity = made.Run.Identity! with { Model = ChipModel.BK7231M };
        StepOutcome outcome = await made.BackUpAsync();
        Assert.Equal("image-mismatch", outcome.Reason);
        Assert.Contains("BK7231M", outcome.Detail, StringComparison.Ordinal);
        await AssertRefusedAsync(made);
    }

    [Fact]
    public async Task An_RF_sector_that_reads_differently_in_the_backup_is_a_read_mismatch()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        made.Loader.Chip.Flash[0x1D0020] ^= 1;
        BenchException e = await Assert.ThrowsAsync<BenchException>(made.BackUpAsync);
        Assert.Equal("read-mismatch", e.Reason);
        Assert.Null(made.Run.BackupSha256);
        await AssertRefusedAsync(made);
    }

    [Fact]
    public async Task A_vault_without_room_is_vault_full_before_a_byte_is_read()
    {
        await using FakeUnitRun made = await FakeUnitRun.IdentifiedAsync();
        int before = made.Loader.Opcodes.Count;
        made.Run.Vault.FreeBytes = _ => 1 << 20;
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(made.BackUpAsync);
        Assert.Equal("vault-full", e.Reason);
        Assert.Equal(before, made.Loader.Opcodes.Count);
    }

    private static async Task AssertRefusedAsync(FakeUnitRun made)
    {
        made.Run.State = UnitState.Untouched;
        await Assert.ThrowsAsync<InvalidOperationException>(() => new WriteStep().RunAsync(made.Run, Cancel));
        Assert.Empty(made.Loader.Chip.Erases);
        Assert.Empty(made.Loader.Chip.Writes);
        Assert.Empty(made.Loader.Chip.StatusWrites);
        Assert.Equal(0, made.Count("SELECT count(*) FROM intent"));
    }
}

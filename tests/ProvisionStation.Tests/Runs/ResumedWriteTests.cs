using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>A write that was cut off, and the unit shows up again.</summary>
public sealed class ResumedWriteTests
{
    private const int LastBlock = 0x40000;

    private static CancellationToken Cancel => FakeUnitRun.Cancel;

    [Fact]
    public async Task A_write_goes_on_where_it_was_cut_off_and_costs_what_was_not_written_and_one_pass_of_CRC()
    {
        await using FakeUnitRun first = await CutOffAsync();
        int written = (LastBlock - 0x11000) / 0x1000;
        await using FakeUnitRun second = await first.AgainAsync();
        Assert.Contains("an earlier write was cut off in the block 0x040000 + 64 KiB", (await second.IdentifyAsync()).Detail, StringComparison.Ordinal);
        await second.BackUpAsync();
        int crcs = second.Loader.Opcodes.Count(code => code == 0x10);
        StepOutcome outcome = await new WriteStep().RunAsync(second.Run, Cancel);
        Assert.Null(outcome.Reason);
        int all = (int)second.Run.Work.Image.WriteRange.LengthBytes / 0x1000;
        Assert.Equal(all - written, Sectors(second));
        Assert.Equal(all - 16, second.Loader.Opcodes.Count(code => code == 0x10) - crcs); // each sector once, but those of the torn block
        Assert.DoesNotContain(second.Loader.Chip.Erases, erase => erase.Address < LastBlock);
        Assert.Equal((byte)0xD8, second.Loader.Chip.Erases[0].Opcode);
        Assert.Equal((uint)LastBlock, second.Loader.Chip.Erases[0].Address);
        Assert.Null((await new VerifyStep().RunAsync(second.Run, Cancel)).Reason);
        Assert.True(second.Run.Work.Image.WriteContent.Span.SequenceEqual(Written(second)));
        Assert.Equal(UnitState.Written, second.Run.State);
    }

    [Fact]
    public async Task The_block_that_was_in_work_is_written_again_though_it_reads_right()
    {
        await using FakeUnitRun first = await CutOffAsync();
        first.Run.Work.Image.WriteContent.CopyTo(first.Loader.Chip.Flash.AsMemory(0x11000)); // all of it reads right today
        await using FakeUnitRun second = await first.AgainAsync();
        await second.IdentifyAsync();
        await second.BackUpAsync();
        Assert.Null((await new WriteStep().RunAsync(second.Run, Cancel)).Reason);
        Assert.Equal(((byte)0xD8, (uint)LastBlock), Assert.Single(second.Loader.Chip.Erases));
    }

    [Fact]
    public async Task The_CRC_is_asked_three_times_with_power_cycles_between()
    {
        await using FakeUnitRun first = await CutOffAsync();
        await using FakeUnitRun second = await first.AgainAsync();
        await second.IdentifyAsync();
        await second.BackUpAsync();
        await new WriteStep().RunAsync(second.Run, Cancel);
        int restarts = second.Loader.Restarts;
        StepOutcome outcome = await new VerifyStep().RunAsync(second.Run, Cancel);
        Assert.Equal(2, second.Loader.Restarts - restarts);
        Assert.Contains("three times with power cycles between", outcome.Detail, StringComparison.Ordinal);
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task A_torn_cell_that_reads_differently_after_a_power_cycle_fails_with_every_answer(int cycle)
    {
        await using FakeUnitRun first = await CutOffAsync();
        await using FakeUnitRun second = await first.AgainAsync();
        await second.IdentifyAsync();
        await second.BackUpAsync();
        await new WriteStep().RunAsync(second.Run, Cancel);
        int cycles = 0;
        Func<CancellationToken, Task> restart = second.Slot.BeforeOn;
        second.Slot.BeforeOn = token =>
        {
            if (++cycles == cycle)
                second.Loader.Chip.Flash[0x20004] ^= 1;
            return restart(token);
        };
        StepOutcome outcome = await new VerifyStep().RunAsync(second.Run, Cancel);
        Assert.Equal("crc-mismatch", outcome.Reason);
        uint right = Crc32.Of(second.Run.Work.Image.WriteContent.Span), wrong = Crc32.Of(Written(second));
        Assert.Contains(cycle == 1 ? $"{right:X8}, {wrong:X8}, {wrong:X8}" : $"{right:X8}, {right:X8}, {wrong:X8}", outcome.Detail, StringComparison.Ordinal);
        Assert.NotEqual(UnitState.Written, second.Run.State);
    }

    [Fact]
    public async Task Without_its_original_in_the_vault_the_whole_image_is_written()
    {
        await using FakeUnitRun first = await CutOffAsync();
        await using FakeUnitRun second = await first.AgainAsync();
        await second.IdentifyAsync();
        await second.BackUpAsync();
        second.Run.CutOff = second.Run.CutOff! with { OriginalBackupSha256 = new string('a', 64) };
        await new WriteStep().RunAsync(second.Run, Cancel);
        Assert.Equal((int)second.Run.Work.Image.WriteRange.LengthBytes / 0x1000, Sectors(second));
        Assert.False(second.Run.IsResumed);
        Assert.Equal(1, second.Count("SELECT count(*) FROM claim WHERE name = 'resume' AND value LIKE 'not resumed%'"));
    }

    [Fact]
    public async Task A_recipe_may_leave_such_a_unit_to_a_person()
    {
        await using FakeUnitRun first = await CutOffAsync();
        await using FakeUnitRun second = await first.AgainAsync(recipe: recipe => recipe with { Interrupted = InterruptedUnit.Hold });
        StepOutcome outcome = await second.IdentifyAsync();
        Assert.Equal(("held", Verdict.Aborted), (outcome.Reason, outcome.Verdict));
        Assert.Contains("0x040000 + 64 KiB", outcome.Detail, StringComparison.Ordinal);
        Assert.Contains("restore --unit 381F8D112233", outcome.Remedy, StringComparison.Ordinal);
    }

    [Theory, InlineData("restore", "held"), InlineData("cb2s-plug", null)]
    public async Task A_unit_whose_restore_was_cut_off_is_not_converted(string recipe, string? reason)
    {
        await using FakeUnitRun first = await CutOffAsync();
        await using FakeUnitRun second = await first.AgainAsync();
        Assert.Null((await second.IdentifyAsync()).Reason);
        LifeStory story = second.Run.Story!;
        second.Run.Story = story with { Closed = [.. story.Closed.Select(run => run with { Opening = run.Opening with { Recipe = recipe } })] };
        StepOutcome? outcome = await SeenBefore.JudgeAsync(second.Run, Cancel);
        Assert.Equal(reason, outcome?.Reason);
        if (outcome is not null)
            Assert.Contains("Give 'restore --unit 381F8D112233 …' again", outcome.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_may_have_its_own_firmware_written_back()
    {
        await using FakeUnitRun first = await CutOffAsync();
        byte[] original = await first.Run.Vault.ReadAsync(first.Run.BackupSha256!, Cancel);
        await using FakeUnitRun second = await first.AgainAsync(recipe: recipe => recipe with { Interrupted = InterruptedUnit.Restore });
        Assert.Null((await second.IdentifyAsync()).Reason);
        await second.BackUpAsync();
        StepOutcome outcome = await new WriteStep().RunAsync(second.Run, Cancel);
        Assert.Equal(("restored", Verdict.Aborted, UnitState.Restored), (outcome.Reason, outcome.Verdict, second.Run.State));
        Assert.Equal(original, second.Loader.Chip.Flash);
        await second.CloseAsync(Verdict.Aborted, "restored");
        await using FakeUnitRun third = await first.AgainAsync();
        Assert.Null((await third.IdentifyAsync()).Reason);
        Assert.Null(third.Run.CutOff);
    }

    [Fact]
    public async Task The_half_written_unit_is_backed_up_too_and_its_original_stays_the_original()
    {
        await using FakeUnitRun first = await CutOffAsync();
        await using FakeUnitRun second = await first.AgainAsync();
        await second.IdentifyAsync();
        Assert.Null((await second.BackUpAsync()).Reason);
        Assert.NotEqual(first.Run.BackupSha256, second.Run.BackupSha256);
        IReadOnlyList<UnitBackup> backups = await second.Journal.BackupsAsync(second.Run.Mac, Cancel);
        Assert.Equal(2, backups.Count);
        Assert.Equal((first.Run.BackupSha256, true), (backups[0].Sha256, backups[0].IsOriginal));
    }

    /// <summary>A run that was killed while it wrote the block at 0x40000; no sector of the image was right before.</summary>
    private static async Task<FakeUnitRun> CutOffAsync()
    {
        byte[] flash = FakeUnit.FlashOf(true);
        flash.AsSpan(0x16000, 0x120000 + 0x11000 - 0x16000).Fill(0x5A);
        FakeUnitRun made = await FakeUnitRun.IdentifiedAsync(flash);
        Assert.Null((await made.BackUpAsync()).Reason);
        made.Loader.Chip.BeforeChange = () =>
        {
            if (made.Loader.Chip.Erases[^1].Address == LastBlock)
                throw new InvalidOperationException("killed");
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => new WriteStep().RunAsync(made.Run, Cancel));
        made.Loader.Chip.BeforeChange = null;
        await made.CloseAsync(Verdict.Aborted, "interrupted");
        Assert.Equal(UnitState.PartlyWritten, made.Run.State);
        return made;
    }

    private static int Sectors(FakeUnitRun run) => run.Loader.Chip.Erases.Sum(erase => erase.Opcode == 0xD8 ? 16 : 1);

    private static ReadOnlySpan<byte> Written(FakeUnitRun run) =>
        run.Loader.Chip.Flash.AsSpan(0x11000, run.Run.Work.Image.WriteContent.Length);
}

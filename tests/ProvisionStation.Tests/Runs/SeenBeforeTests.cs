using ProvisionStation.Records;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>What the station knows of a unit and of others with its MAC decides before anything is erased.</summary>
public sealed class SeenBeforeTests
{
    private const int Rf = 0x1D0000;

    private static CancellationToken Cancel => FakeUnitRun.Cancel;

    [Theory]
    [InlineData("C8478C000000", "mac-placeholder")]
    [InlineData("C8478C428848", "mac-placeholder")]
    [InlineData("000000000000", "mac-invalid")]
    [InlineData("FFFFFFFFFFFF", "mac-invalid")]
    [InlineData("391F8D112233", "mac-invalid")]
    [InlineData("3A1F8D112233", "mac-invalid")]
    [InlineData("381F8D112234", null)]
    public async Task A_MAC_that_no_module_has_alone_is_refused_and_the_unit_backed_up(string mac, string? reason)
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await using FakeUnitRun made = await first.AgainAsync(Flash(mac), slot: 2);
        StepOutcome outcome = await made.IdentifyAsync();
        Assert.Equal((reason, reason is not null), (outcome.Reason, outcome.BackupFirst));
        Assert.Contains(mac, outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_MAC_given_on_purpose_goes_where_the_recipe_names_it()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await using FakeUnitRun made = await first.AgainAsync(Flash("3A1F8D112233"), slot: 2, recipe => recipe with { AllowedMacs = ["3A1F8D112233"] });
        Assert.Null((await made.IdentifyAsync()).Reason);
    }

    [Fact]
    public async Task Another_calibration_under_a_MAC_that_was_seen_is_a_duplicate_and_the_other_is_named()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await BackedUpAsync(first);
        await using FakeUnitRun second = await first.AgainAsync(Recalibrated(), slot: 2);
        StepOutcome outcome = await second.IdentifyAsync();
        Assert.Equal(("mac-duplicate", Verdict.Fail, true), (outcome.Reason, outcome.Verdict, outcome.BackupFirst));
        foreach (string told in new[] { $"unit {first.Run.UnitId}", "lot L1", "slot 1", $"run {first.Run.Record.Id}", "2026-", "RF sector" })
            Assert.Contains(told, outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_a_person_wants_restored_is_held_and_not_converted()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await first.CloseAsync(Verdict.Pass, null);
        await first.Journal.RecordFactAsync(Disposition.Fact(first.Run.UnitId!.Value, "restore", "wrong customer", "Ada"), Cancel);
        await using FakeUnitRun again = await first.AgainAsync();
        StepOutcome outcome = await again.IdentifyAsync();
        Assert.Equal((Verdict.Aborted, "held"), (outcome.Verdict, outcome.Reason));
        Assert.Contains("Ada decided 'restore'", outcome.Detail, StringComparison.Ordinal);
        Assert.Contains("'restore --unit 381F8D112233'", outcome.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_was_seen_first_keeps_the_MAC()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await BackedUpAsync(first);
        await using FakeUnitRun second = await first.AgainAsync(Recalibrated(), slot: 2);
        await second.IdentifyAsync();
        await BackedUpAsync(second, "mac-duplicate");
        await using FakeUnitRun again = await first.AgainAsync();
        Assert.Null((await again.IdentifyAsync()).Reason);
    }

    [Fact]
    public async Task A_MAC_that_the_recipe_names_may_be_converted_twice()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await BackedUpAsync(first);
        await using FakeUnitRun second = await first.AgainAsync(Recalibrated(), slot: 2, recipe => recipe with { AllowedMacs = [first.Run.Mac!] });
        Assert.Null((await second.IdentifyAsync()).Reason);
    }

    [Fact]
    public async Task An_RF_sector_that_was_read_only_once_proves_no_duplicate()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await first.CloseAsync(Verdict.Error, "read-mismatch"); // before its backup
        await using FakeUnitRun second = await first.AgainAsync(Recalibrated());
        Assert.Null((await second.IdentifyAsync()).Reason);
    }

    [Fact]
    public async Task The_same_calibration_on_another_flash_chip_is_a_duplicate_too()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await BackedUpAsync(first);
        await using FakeUnitRun second = await first.AgainAsync(slot: 2);
        second.Loader.Chip.FlashId = [0xC8, 0x40, 0x15];
        StepOutcome outcome = await second.IdentifyAsync();
        Assert.Equal("mac-duplicate", outcome.Reason);
        Assert.Contains("flash id 1540C8 | 1560EB", outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clone_on_a_module_with_another_key_is_another_unit()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await BackedUpAsync(first);
        await using FakeUnitRun second = await first.AgainAsync(slot: 2);
        Array.Fill(second.Loader.Chip.EFuse, (byte)0x5A, 0, 16);
        await second.IdentifyAsync();
        Assert.Equal("foreign", second.Run.Marks!.KeyClass);
        Assert.NotEqual(first.Run.UnitId, second.Run.UnitId);
    }

    [Theory, InlineData("C8478C000000"), InlineData("C8478C428848"), InlineData("FFFFFFFFFFFF"), InlineData(null)]
    public async Task An_RF_sector_that_many_modules_have_is_no_mark_and_kept_as_a_claim(string? mac)
    {
        byte[] flash = Flash(mac ?? "381F8D112233");
        if (mac is null)
            Array.Fill(flash, (byte)0xFF, Rf, 4096);
        await using FakeUnitRun first = await FakeUnitRun.LinkedAsync(flash);
        await first.IdentifyAsync();
        await using FakeUnitRun second = await first.AgainAsync(slot: 2);
        await second.IdentifyAsync();
        Assert.NotEqual(first.Run.UnitId, second.Run.UnitId);
        Assert.Equal((null, 1), (second.Run.Marks!.RfSha256, second.Run.RfHashes.Count));
        Assert.Equal(1, second.Count($"SELECT count(*) FROM claim WHERE run = '{second.Run.Record.Id}' AND name = 'rf-sector-no-mark' AND value LIKE '{second.Run.RfHashes.Single()}%'"));
    }

    [Fact]
    public async Task A_unit_that_ran_unwatched_since_its_write_is_left_to_a_person_and_not_scrapped()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await first.BackUpAsync();
        first.Run.State = UnitState.Written;
        await first.CloseAsync(Verdict.Error, "link-lost"); // booted, and nobody read its RF sector again
        await using FakeUnitRun second = await first.AgainAsync(Recalibrated());
        StepOutcome outcome = await second.IdentifyAsync();
        Assert.Equal(("held", Verdict.Aborted), (outcome.Reason, outcome.Verdict));
        Assert.Contains("mac: [381F8D112233]", outcome.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_whose_calibration_was_seen_to_change_is_known_by_the_new_one()
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await first.BackUpAsync();
        first.Run.State = UnitState.Written;
        first.Loader.Chip.Flash[Rf + 0xF00] = 0;
        await first.Run.Bus.CloseAsync();
        (StepOutcome? stranger, _) = await SameUnit.LinkAsync(first.Run, Cancel);
        Assert.Equal("rf-changed", stranger!.Reason);
        await first.CloseAsync(Verdict.Fail, "rf-changed");
        await using FakeUnitRun second = await first.AgainAsync();
        StepOutcome outcome = await second.IdentifyAsync();
        Assert.Equal((null, first.Run.UnitId), (outcome.Reason, second.Run.UnitId));
        Assert.Contains("attempt 2, before: FAIL rf-changed", outcome.Detail, StringComparison.Ordinal);
    }

    [Theory, InlineData(false, "already-passed"), InlineData(true, null)]
    public async Task A_unit_that_passed_in_this_lot_is_not_converted_again_unless_the_recipe_says_so(bool convertsAgain, string? reason)
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await first.BackUpAsync();
        first.Run.State = UnitState.Configured;
        await first.CloseAsync(Verdict.Pass, null);
        await using FakeUnitRun second = await first.AgainAsync(slot: 2, recipe: recipe => recipe with { ConvertsAgain = convertsAgain });
        StepOutcome outcome = await second.IdentifyAsync();
        Assert.Equal((reason, false), (outcome.Reason, outcome.BackupFirst));
        Assert.Equal(convertsAgain ? Verdict.Pass : Verdict.Aborted, outcome.Verdict);
        Assert.Contains(convertsAgain ? "rework 1, before: PASS (lot L1, slot 1)" : $"in slot 1 at", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(1, second.Count($"SELECT count(*) FROM claim WHERE run = '{second.Run.Record.Id}' AND name = 'attempt' AND value = '2'"));
    }

    [Theory, InlineData("quarantine", "quarantined"), InlineData("scrap", "quarantined"), InlineData("release", null), InlineData("retest", null)]
    public async Task What_a_person_decided_about_the_unit_holds(string word, string? reason)
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await first.CloseAsync(Verdict.Fail, "wrong-chip");
        await first.Journal.RecordFactAsync(Disposition.Fact(first.Run.UnitId!.Value, word, "smells burnt", "Ada"), Cancel);
        await using FakeUnitRun second = await first.AgainAsync();
        StepOutcome outcome = await second.IdentifyAsync();
        Assert.Equal(reason, outcome.Reason);
        Assert.Equal(reason is not null, outcome.Detail.Contains($"Ada decided '{word}'", StringComparison.Ordinal) && outcome.Detail.Contains("smells burnt", StringComparison.Ordinal));
    }

    [Theory, InlineData(true, "held"), InlineData(false, "mac-duplicate")]
    public async Task One_MAC_in_two_slots_stops_both_before_the_erase(bool isCopy, string reason)
    {
        await using FakeUnitRun first = await FakeUnitRun.IdentifiedAsync();
        await using FakeUnitRun second = await first.AgainAsync(isCopy ? [.. first.Loader.Chip.Flash] : Recalibrated(), slot: 2);
        StepOutcome late = await second.IdentifyAsync();
        Assert.Equal(reason, late.Reason);
        Assert.Contains($"slot 1 works at the same time (run {first.Run.Record.Id})", late.Detail, StringComparison.Ordinal);
        Assert.Null((await first.BackUpAsync()).Reason);
        StepOutcome early = await new WriteStep().RunAsync(first.Run, Cancel);
        Assert.Equal((reason, false), (early.Reason, early.BackupFirst));
        Assert.Contains($"slot 2 works at the same time (run {second.Run.Record.Id})", early.Detail, StringComparison.Ordinal);
        Assert.Empty(first.Loader.Chip.Erases);
        Assert.Empty(second.Loader.Chip.Erases);
    }

    private static byte[] Flash(string mac)
    {
        byte[] flash = FakeUnit.FlashOf(true);
        ImageBuilder.RfSector(mac).CopyTo(flash, Rf);
        return flash;
    }

    /// <summary>The same MAC with another calibration: another unit, or this one changed.</summary>
    private static byte[] Recalibrated()
    {
        byte[] flash = FakeUnit.FlashOf(true);
        flash[Rf + 0xF00] = 0;
        return flash;
    }

    private static async Task BackedUpAsync(FakeUnitRun run, string reason = "not-this-product")
    {
        await run.BackUpAsync();
        await run.CloseAsync(Verdict.Fail, reason);
    }
}

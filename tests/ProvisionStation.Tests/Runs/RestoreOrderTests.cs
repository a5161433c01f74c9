using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>Whose backup may go into the unit in the slot.</summary>
public sealed class RestoreOrderTests
{
    private const string Mac = "381F8D112233";
    private const int Rf = 0x1D0000;

    private static CancellationToken Cancel => FakeUnitRun.Cancel;

    [Fact]
    public async Task Another_units_backup_is_refused_and_nothing_is_changed()
    {
        await using FakeUnitRun made = await FakeUnitRun.LinkedAsync(order: Order());
        StepOutcome outcome = await new IdentifyStep().RunAsync(made.Run, Cancel);
        Assert.Equal((Verdict.Aborted, "other-unit"), (outcome.Verdict, outcome.Reason));
        Assert.Empty(made.Loader.Chip.Erases);
    }

    [Fact]
    public async Task A_clone_by_a_named_person_is_an_override_on_record_and_a_scrubbed_copy()
    {
        RestoreOrder order = Order() with { CloneReason = "spare part", Operator = "Ann" };
        await using FakeUnitRun made = await FakeUnitRun.LinkedAsync(order: order);
        Assert.Null((await new IdentifyStep().RunAsync(made.Run, Cancel)).Reason);
        Assert.Equal(1, made.Count($"SELECT count(*) FROM claim WHERE name = 'cloned-from' AND value = '{order.Backup.Sha256}'"));
        Assert.Equal(1, made.Count("SELECT count(*) FROM claim WHERE name = 'override' AND value LIKE '%Ann%spare part%' AND source = 'entered'"));
        Guid other = made.Run.UnitId!.Value;
        RecordedFact fact = Assert.Single(await made.Run.Journal.FactsAsync(FactKinds.Override, other.ToString(), Cancel));
        Assert.Equal(("restore --clone-anyway", "Ann", "spare part", "scrubbed"), (fact.Fact["what"], fact.Fact["operator"], fact.Fact["reason"], fact.Fact["copy"]));
        Assert.Equal((made.Run.Record.Id.ToString(), order.Backup.Unit.ToString()), (fact.Fact["run"], fact.Fact["backupUnit"]));
        Assert.Empty(made.Loader.Chip.Erases);
        Assert.False(order.Content.AsSpan().SequenceEqual(order.ContentFor(other)));
        Assert.True(order.Content.AsSpan().SequenceEqual((order with { WithIdentity = true }).ContentFor(other)));
        Assert.True(order.Content.AsSpan().SequenceEqual(order.ContentFor(order.Backup.Unit)));
    }

    [Theory]
    [InlineData("BK7231T", 0)]
    [InlineData("BK7231N", 4096)]
    public async Task A_backup_that_does_not_fit_the_chip_is_refused_even_as_a_clone(string chip, int more)
    {
        RestoreOrder order = Order() with { CloneReason = "why not", Operator = "Ann", Marks = Marks() with { Chip = chip }, Content = new byte[FakeUnit.FlashBytes + more] };
        await using FakeUnitRun made = await FakeUnitRun.LinkedAsync(order: order);
        Assert.Equal("other-unit", (await new IdentifyStep().RunAsync(made.Run, Cancel)).Reason);
    }

    [Fact]
    public async Task Law_3_the_RF_sector_goes_back_alone_into_a_unit_that_has_lost_it()
    {
        byte[] lost = FakeUnit.FlashOf(true);
        lost.AsSpan(Rf, 0x1000).Fill(0xFF);
        lost[0x1FF000] = 0x12;
        RestoreOrder order = Order() with { OnlyRfSector = true, Operator = "Ann" };
        await using FakeUnitRun made = await FakeUnitRun.LinkedAsync([.. lost], order);
        Assert.Null((await new IdentifyStep().RunAsync(made.Run, Cancel)).Reason);
        RecordedFact fact = Assert.Single(await made.Run.Journal.FactsAsync(FactKinds.Override, made.Run.UnitId!.Value.ToString(), Cancel));
        Assert.Equal(("restore --rf", "Ann"), (fact.Fact["what"], fact.Fact["operator"]));
        Assert.Null((await made.BackUpAsync()).Reason);
        Assert.Null((await new RestoreStep().RunAsync(made.Run, Cancel)).Reason);
        Assert.Equal([(byte)0x20], made.Loader.Chip.Erases.Select(erase => erase.Opcode));
        Assert.Equal([(uint)Rf], made.Loader.Chip.Erases.Select(erase => erase.Address));
        Assert.Null((await new CompareStep().RunAsync(made.Run, Cancel)).Reason);
        order.Content.AsSpan(Rf, 0x1000).CopyTo(lost.AsSpan(Rf));
        Assert.True(lost.AsSpan().SequenceEqual(made.Loader.Chip.Flash), "something besides the RF sector has changed");
        Assert.Equal(1, made.Count("SELECT count(*) FROM intent WHERE purpose = 'rf-sector' AND length_bytes = 4096"));
        Assert.Equal(1, made.Count("SELECT count(*) FROM claim WHERE name = 'rf-sector' AND value LIKE 'written back from %'"));
        Assert.Equal(0, made.Count("SELECT count(*) FROM claim WHERE name = 'restored'"));
    }

    [Theory]
    [InlineData(true, true, UnitState.Configured)]
    [InlineData(true, false, UnitState.Untouched)]
    [InlineData(false, true, UnitState.Restored)]
    [InlineData(false, false, UnitState.Untouched)]
    public async Task Law_9_an_RF_sector_that_goes_back_leaves_the_firmware_what_it_was(bool isConverted, bool isLost, UnitState state)
    {
        byte[] flash = FakeUnit.FlashOf(true);
        if (isLost)
            flash.AsSpan(Rf, 0x1000).Fill(0xFF);
        await using FakeUnitRun made = await FakeUnitRun.LinkedAsync(flash, Order() with { OnlyRfSector = true, Operator = "Ann" });
        Assert.Null((await new IdentifyStep().RunAsync(made.Run, Cancel)).Reason);
        if (isConverted)
        {
            RunRecord before = new(
                Guid.NewGuid(), Guid.NewGuid(), FixedClock.Start, DataFolder.Opening(), null, null,
                DataFolder.Closing(Verdict.Pass, null, UnitState.Configured), FixedClock.Start, 1, null, null, [], [], [], []);
            made.Run.Story = new LifeStory([before], null);
        }

        Assert.Null((await made.BackUpAsync()).Reason);
        made.Loader.Chip.BeforeChange = () => Assert.Equal(isConverted ? UnitState.Configured : UnitState.Erased, made.Run.State);
        Assert.Null((await new RestoreStep().RunAsync(made.Run, Cancel)).Reason);
        Assert.Null((await new CompareStep().RunAsync(made.Run, Cancel)).Reason);
        Assert.Equal(state, made.Run.State);
    }

    [Theory]
    [InlineData("configured", false, UnitState.Configured)]
    [InlineData("configured", true, UnitState.Configured)]
    [InlineData("untouched", true, UnitState.Restored)]
    [InlineData("untouched", false, UnitState.Erased)]
    public void Law_9_an_RF_sector_that_was_cut_off_leaves_the_firmware_what_it_was(string before, bool isCompared, UnitState state)
    {
        Claim left = new(RfWriteBack.StateBeforeClaim, before, ClaimSource.Derived), compared = new("rf-sector", "written back", ClaimSource.Readback);
        RunRecord run = new(
            Guid.NewGuid(), Guid.NewGuid(), FixedClock.Start, DataFolder.Opening(), null, null, null, null, null, null, null, [],
            [new Intent("unprotect", 0, 0), new Intent("rf-sector", Rf, 0x1000)], [], isCompared ? [left, compared] : [left]);
        Assert.Equal(state, RunCloser.Interrupted(run).State);
    }

    [Theory, InlineData("381F8D112234"), InlineData("D81F12000001")]
    public async Task Law_3_an_RF_sector_of_another_unit_is_never_overwritten(string mac)
    {
        byte[] flash = FakeUnit.FlashOf(true);
        ImageBuilder.RfSector(mac).CopyTo(flash.AsSpan(Rf));
        await using FakeUnitRun made = await FakeUnitRun.LinkedAsync(flash, Order() with { OnlyRfSector = true });
        StepOutcome outcome = await new IdentifyStep().RunAsync(made.Run, Cancel);
        Assert.Equal("other-unit", outcome.Reason);
        Assert.Contains(mac, outcome.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_whose_loader_is_blank_is_not_erased_for_an_RF_sector()
    {
        byte[] flash = FakeUnit.FlashOf(true);
        await using FakeUnitRun made = await FakeUnitRun.LinkedAsync(flash, Order() with { OnlyRfSector = true });
        Assert.Null((await new IdentifyStep().RunAsync(made.Run, Cancel)).Reason);
        flash.AsSpan(0, 0x11000).Fill(0xFF);
        Assert.Equal("backup-implausible", (await made.BackUpAsync()).Reason);
        Assert.False(made.Run.BackupIsTrusted);
    }

    private static RestoreOrder Order() => new(
        new UnitBackup(
            Guid.NewGuid(), Guid.NewGuid(), "L1", DateTimeOffset.UnixEpoch, Verdict.Pass, DataFolder.Hash('b'), FakeUnit.FlashBytes, "vendor firmware",
            UnitState.Untouched, true),
        Marks(),
        FakeUnit.FlashOf(true));

    private static UnitMarks Marks() => new(
        Mac, $"RF sector {new FlashAddress(Rf)}", "BK7231N", "0007231C", "1560EB", FakeUnit.FlashBytes, "default", DataFolder.Hash('c'));
}

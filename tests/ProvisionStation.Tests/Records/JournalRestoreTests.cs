using System.Data.Common;
using System.Security.Cryptography;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Tests.Records;

public sealed class JournalRestoreTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Journal => Path.Combine(_data.Path, "journal.db");

    private string Ledger => Path.Combine(_data.Path, "ledger.jsonl");

    [Fact]
    public async Task A_broken_journal_is_replaced_and_kept_under_another_name()
    {
        (string copy, RunRecord[] before, _) = await CopyAsync();
        BrokenJournalTests.Overwrite(Journal, 0, 4096);
        byte[] broken = await File.ReadAllBytesAsync(Journal, Cancel);
        JournalRestored done = await RestoreAsync(copy);
        Assert.Equal(Path.Combine(_data.Path, "broken-20260314T150926Z.db"), done.SetAside);
        Assert.Equal(broken, await File.ReadAllBytesAsync(done.SetAside!, Cancel));
        Assert.Equal((true, 0), (done.IsLedgerThere, done.Lost.Count));
        Assert.Empty(Directory.GetDirectories(_data.Path, ".restore-*"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Journal));
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
        Assert.Equal(before.Select(run => run.Sha256), (await journal.RunsAsync(new RunQuery(), Cancel)).Reverse().Select(run => run.Sha256));
    }

    [Theory, InlineData("gone"), InlineData("empty"), InlineData("cut"), InlineData("rows")]
    public async Task Every_kind_of_damage_has_a_way_back(string damage)
    {
        (string copy, _, _) = await CopyAsync();
        if (damage == "gone")
            File.Delete(Journal);
        else if (damage == "empty")
            await File.WriteAllBytesAsync(Journal, [], Cancel);
        else if (damage == "cut")
            await File.WriteAllBytesAsync(Journal, (await File.ReadAllBytesAsync(Journal, Cancel))[..20_000], Cancel);
        else
            ChangeRow();
        // A changed row is no business of the start, but of whatever tells it.
        await Assert.ThrowsAsync<RecordsException>(async () =>
        {
            await using RunJournal broken = await _data.OpenAsync();
            await broken.RunsAsync(new RunQuery(), Cancel);
        });
        JournalRestored done = await RestoreAsync(copy);
        Assert.Equal(damage == "gone", done.SetAside is null);
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
    }

    [Fact]
    public async Task A_log_never_stays_beside_another_database()
    {
        (string copy, _, _) = await CopyAsync();
        File.Delete(Journal);
        await File.WriteAllTextAsync(Journal + "-wal", "the last records", Cancel);
        await RestoreAsync(copy);
        Assert.False(File.Exists(Journal + "-wal"));
        Assert.Equal("the last records", await File.ReadAllTextAsync(Path.Combine(_data.Path, "broken-20260314T150926Z.db-wal"), Cancel));
    }

    [Fact]
    public async Task Runs_that_only_the_ledger_knows_are_named_and_their_numbers_are_not_given_again()
    {
        (string copy, _, RunRecord[] lost) = await CopyAsync(lost: 2);
        File.Delete(Journal);
        JournalRestored done = await RestoreAsync(copy);
        Assert.Equal(lost.Select(run => (run.Sequence!.Value, run.Id, run.Sha256)), done.Lost.Select(run => (run.Closing, run.Run, (string?)run.Sha256)));
        Assert.Equal("18DE5019F003", done.Lost[0].Mac);
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
        IReadOnlyList<RunRecord> runs = await journal.RunsAsync(new RunQuery(), Cancel);
        foreach (RunRecord run in lost)
        {
            RunRecord stands = runs.Single(one => one.Sequence == run.Sequence);
            Assert.Equal((Verdict.Error, "record-lost"), (stands.Closing!.Verdict, stands.Closing.Reason));
            Assert.Equal((run.Closing!.State, run.Closing.BackupSha256), (stands.Closing.State, stands.Closing.BackupSha256));
            Assert.Contains($"{run.Id} ended {RecordText.Of(run.Closing.Verdict)}", stands.Closing.Detail, StringComparison.Ordinal);
            Assert.Contains(run.Sha256!, stands.Closing.Detail, StringComparison.Ordinal);
        }

        RunRecord next = await DataFolder.ClosedRunAsync(journal, 9);
        Assert.Equal(lost[^1].Sequence + 1, next.Sequence);
        Assert.Contains("closing record 3 of run", await StoryAsync(), StringComparison.Ordinal);
    }

    /// <summary>The fork is in the ledger for ever, and the file it names proves what was there.</summary>
    [Fact]
    public async Task The_former_ledger_is_kept_and_named_with_its_hash_and_the_place_where_the_two_go_apart()
    {
        (string copy, _, RunRecord[] lost) = await CopyAsync(lost: 2);
        byte[] former = await File.ReadAllBytesAsync(Ledger, Cancel);
        string[] lines = await File.ReadAllLinesAsync(Ledger, Cancel);
        File.Delete(Journal);
        JournalRestored done = await RestoreAsync(copy);
        Assert.Equal((lines.Length - 2, lines.Length), (done.Agreed, done.Former));
        Assert.Equal(former, await File.ReadAllBytesAsync(done.LedgerSetAside!, Cancel));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(done.LedgerSetAside!));
        await using RunJournal journal = await _data.OpenAsync();
        RecordedFact fact = Assert.Single(await journal.FactsAsync(FactKinds.JournalRestored, null, Cancel));
        Assert.Equal(lines.Length - 1, fact.Sequence);
        Assert.Equal(Path.GetFileName(copy), fact.Subject);
        Assert.Equal(
            (Path.GetFileName(done.LedgerSetAside), Convert.ToHexStringLower(SHA256.HashData(former)), FactForm.Sha256Of(lines[^1]), null),
            (fact.Fact["aside"], fact.Fact["asideSha256"], fact.Fact["asideHeadSha256"], fact.Fact["asideBreak"]));
        Assert.Equal(($"{lines.Length - 2}", $"{lines.Length}", "2"), (fact.Fact["asideAgreed"], fact.Fact["asideFacts"], fact.Fact["lostRuns"]));
        Assert.Equal(lines[..^2], (await File.ReadAllLinesAsync(Ledger, Cancel))[..(lines.Length - 2)]);
        Assert.Equal(lost.Length, (await journal.FactsAsync(FactKinds.RunClosed, null, Cancel)).Count(one => one.Fact["reason"] == "record-lost"));
        Assert.Equal(0, journal.MendedFacts);
    }

    [Theory]
    [InlineData("ledger kept"), InlineData("journal set aside"), InlineData("log set aside"), InlineData("journal in place"), InlineData("ledger in place")]
    public async Task After_a_crash_anywhere_every_start_refuses_until_it_is_done_again_and_nothing_lost_is_forgotten(string last)
    {
        (string copy, _, RunRecord[] lost) = await CopyAsync(lost: 2);
        byte[] former = await File.ReadAllBytesAsync(Ledger, Cancel);
        BrokenJournalTests.Overwrite(Journal, 0, 4096);
        await Assert.ThrowsAsync<InvalidOperationException>(() => JournalRestore.RestoreAsync(
            _data.Path, copy, evenIfWhole: false, _data.Clock, step => { if (step == last) throw new InvalidOperationException("power cut"); }, Cancel));
        if (last != "ledger in place")
        {
            RecordsException e = await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync);
            Assert.True(e.Remedy.Contains("journal restore", StringComparison.Ordinal) || e.Remedy.Contains("ledger mend", StringComparison.Ordinal), e.Remedy);
            Assert.Equal(former, await File.ReadAllBytesAsync(Ledger, Cancel));
            Assert.Equal(2, (await RestoreAsync(copy)).Lost.Count);
        }

        await using RunJournal journal = await _data.OpenAsync();
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
        Assert.Equal(lost.Length, (await journal.RunsAsync(new RunQuery(), Cancel)).Count(run => run.Closing!.Reason == "record-lost"));
    }

    [Fact]
    public async Task A_crash_before_the_ledger_is_in_place_can_be_mended_as_well()
    {
        (string copy, _, _) = await CopyAsync(lost: 1);
        File.Delete(Journal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => JournalRestore.RestoreAsync(
            _data.Path, copy, evenIfWhole: false, _data.Clock, step => { if (step == "journal in place") throw new InvalidOperationException("power cut"); }, Cancel));
        await LedgerMending.MendAsync(_data.Path, "Ada", "power cut in journal restore", _data.Clock, Cancel);
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Single(await journal.FactsAsync(FactKinds.JournalRestored, null, Cancel));
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
    }

    [Fact]
    public async Task A_unit_that_was_put_into_quarantine_after_the_copy_stays_there()
    {
        (string copy, RunRecord[] before, _) = await CopyAsync();
        Guid unit = before[0].UnitId!.Value;
        await using (RunJournal journal = await _data.OpenAsync())
            await journal.RecordFactAsync(Disposition.Fact(unit, "quarantine", "smells burnt", "Ada"), Cancel);
        File.Delete(Journal);
        Assert.Single((await RestoreAsync(copy)).Decided);
        await using RunJournal restored = await _data.OpenAsync();
        Disposition? last = await restored.DispositionAsync(unit, Cancel);
        Assert.Equal(("quarantine", "smells burnt", "Ada"), (last!.Word, last.Reason, last.Operator));
    }

    [Fact]
    public async Task Restoring_twice_goes_by_runs_and_not_by_numbers()
    {
        (string first, _, _) = await CopyAsync(lost: 1);
        string second;
        await using (RunJournal journal = await _data.OpenAsync())
            second = (await new JournalCopies(_data.Path, _data.Clock).TakeAsync(Cancel)).File;
        File.Delete(Journal);
        await RestoreAsync(first);
        RunRecord own;
        await using (RunJournal journal = await _data.OpenAsync())
            own = await DataFolder.ClosedRunAsync(journal, 9);
        File.Delete(Journal);
        JournalRestored done = await RestoreAsync(second);
        Assert.Contains(own.Id, done.Lost.Select(run => run.Run));
        await (await _data.OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task What_only_a_former_ledger_names_is_not_rubbish()
    {
        (string copy, _, _) = await CopyAsync();
        string newer;
        await using (RunJournal journal = await _data.OpenAsync())
        {
            newer = await BackupVault.Open(_data.Path).StoreAsync("a backup taken after the copy"u8.ToArray(), Cancel);
            OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(7), Cancel);
            await run.CloseAsync(DataFolder.Closing() with { BackupSha256 = newer }, Cancel);
        }

        File.Delete(Journal);
        await RestoreAsync(copy);
        await using RunJournal restored = await _data.OpenAsync();
        Assert.DoesNotContain(newer, (await restored.ArtifactsAsync(Cancel)).Select(one => one.Artifact.Sha256));
        Assert.Contains(newer, await restored.NamedArtifactsAsync(Cancel));
        await BackupVault.Open(_data.Path).CollectAsync(await restored.NamedArtifactsAsync(Cancel), isDryRun: false, Cancel);
        Assert.True(BackupVault.OpenForReading(_data.Path).Holds(newer));
    }

    [Fact]
    public async Task Without_a_ledger_file_nobody_pretends_to_know_what_was_lost()
    {
        (string copy, _, _) = await CopyAsync(lost: 1);
        File.Delete(Journal);
        File.Delete(Ledger);
        JournalRestored done = await RestoreAsync(copy);
        Assert.Equal((false, 0, null), (done.IsLedgerThere, done.Lost.Count, done.LedgerSetAside));
        await using RunJournal journal = await _data.OpenAsync();
        RecordedFact fact = Assert.Single(await journal.FactsAsync(FactKinds.JournalRestored, null, Cancel));
        Assert.Equal((null, null), (fact.Fact["lostRuns"], fact.Fact["aside"]));
    }

    [Fact]
    public async Task A_lot_that_was_opened_after_the_copy_goes_on_under_its_recipe()
    {
        (string copy, _, _) = await CopyAsync(lost: 1, lostLot: "L2");
        File.Delete(Journal);
        await RestoreAsync(copy);
        await using RunJournal journal = await _data.OpenAsync();
        await journal.OpenLotAsync("L2", "cb2s-plug", 2, DataFolder.Hash('b'), Cancel);
        Assert.Equal(1, (await journal.CountsAsync("L2", Cancel)).Error);
    }

    [Fact]
    public async Task A_run_that_was_in_work_when_the_copy_was_taken_is_not_called_untouched()
    {
        string copy;
        OpenRun open;
        await using (RunJournal journal = await _data.OpenAsync())
        {
            open = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
            copy = (await new JournalCopies(_data.Path, _data.Clock).TakeAsync(Cancel)).File;
            await open.AddIntentAsync(new Intent("image", 0x11000, 0xF000), Cancel);
        }

        File.Delete(Journal);
        JournalRestored done = await RestoreAsync(copy);
        RunRecord run = Assert.Single(done.CutShort);
        Assert.Equal((open.Id, Verdict.Aborted, "interrupted", UnitState.PartlyWritten), (run.Id, run.Closing!.Verdict, run.Closing.Reason!, run.Closing.State));
        Assert.Contains("not known", run.Closing.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_in_work_and_whose_end_the_ledger_knows_is_told_once_with_its_state()
    {
        string copy;
        RunRecord closed;
        await using (RunJournal journal = await _data.OpenAsync())
        {
            OpenRun open = await DataFolder.RichRunAsync(journal);
            copy = (await new JournalCopies(_data.Path, _data.Clock).TakeAsync(Cancel)).File;
            closed = await open.CloseAsync(DataFolder.Closing(), Cancel);
        }

        File.Delete(Journal);
        await RestoreAsync(copy);
        await using RunJournal restored = await _data.OpenAsync();
        RunRecord run = Assert.Single(await restored.RunsAsync(new RunQuery(), Cancel));
        Assert.Equal((closed.Id, Verdict.Error, "record-lost", UnitState.Configured), (run.Id, run.Closing!.Verdict, run.Closing.Reason!, run.Closing.State));
    }

    [Fact]
    public async Task Garbage_in_the_ledger_is_counted_and_stops_nothing()
    {
        (string copy, _, RunRecord[] lost) = await CopyAsync(lost: 1);
        await File.AppendAllLinesAsync(
            Ledger,
            [
                "", "not json", """{"kind":"run-closed"}""", """{"kind":"run-closed","subject":1,"body":[]}""",
                """{"body":{"closing":"x"},"kind":"run-closed","station":"y","subject":"z"}""", """{"kind":"something-later","body":{}}""",
            ],
            Cancel);
        File.Delete(Journal);
        JournalRestored done = await RestoreAsync(copy);
        Assert.Equal((1, 3), (done.Lost.Count, done.UnreadableFacts));
    }

    [Fact]
    public async Task A_whole_journal_is_not_replaced_unless_a_person_insists()
    {
        (string copy, _, _) = await CopyAsync(lost: 1);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => RestoreAsync(copy));
        Assert.True(e.IsWrongUse);
        Assert.Contains("nothing is wrong", e.Message, StringComparison.Ordinal);
        await JournalRestore.RestoreAsync(_data.Path, copy, evenIfWhole: true, _data.Clock, Cancel);
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Equal([null, "no-boot", "record-lost"], (await journal.RunsAsync(new RunQuery(), Cancel)).Select(run => run.Closing!.Reason).Reverse());
    }

    [Fact]
    public async Task Nothing_is_restored_under_a_running_station()
    {
        (string copy, _, _) = await CopyAsync();
        await using RunJournal journal = await _data.OpenAsync();
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => RestoreAsync(copy));
        Assert.Contains("another station program", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_that_is_damaged_newer_or_of_another_station_changes_nothing()
    {
        (string copy, _, _) = await CopyAsync();
        string bad = Path.Combine(_data.Path, "bad.db");
        File.Copy(copy, bad);
        BrokenJournalTests.Overwrite(bad, 8192, 8192);
        using DataFolder other = new();
        await using (RunJournal foreign = await other.OpenAsync())
            await DataFolder.ClosedRunAsync(foreign);
        string theirs = (await new JournalCopies(other.Path, other.Clock).TakeAsync(Cancel)).File;
        string newer = Path.Combine(_data.Path, "newer.db");
        File.Copy(copy, newer);
        using (DbConnection raw = _data.Raw("newer.db"))
            DataFolder.Sql(raw, "INSERT INTO schema_version VALUES (99, 'x')");
        ChangeRow();
        Dictionary<string, byte[]> before = CommitBoundaryTests.Files(_data.Path);
        (string File, string Says)[] cases = [(bad, "damaged itself"), (theirs, "journal of station"), (newer, "has form 99"), (bad + "x", "there is no file")];
        foreach ((string file, string says) in cases)
        {
            RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => RestoreAsync(file));
            Assert.Contains(says, e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before["journal.db"], CommitBoundaryTests.Files(_data.Path)["journal.db"]);
        Assert.Empty(Directory.GetFiles(_data.Path, "broken-*"));
    }

    [Fact]
    public async Task A_crash_between_the_two_renames_leaves_a_folder_that_no_start_accepts_and_a_second_restore_mends()
    {
        (string copy, _, _) = await CopyAsync();
        File.Move(Journal, Path.Combine(_data.Path, "broken-20260314T150926Z.db"));
        Directory.CreateDirectory(Path.Combine(_data.Path, ".restore-crashed"));
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync);
        Assert.Contains("is gone", e.Message, StringComparison.Ordinal);
        await RestoreAsync(copy);
        Assert.Empty(Directory.GetDirectories(_data.Path, ".restore-*"));
        await (await _data.OpenAsync()).DisposeAsync();
    }

    public void Dispose() => _data.Dispose();

    private Task<JournalRestored> RestoreAsync(string copy) => JournalRestore.RestoreAsync(_data.Path, copy, evenIfWhole: false, _data.Clock, Cancel);

    /// <summary>A journal with two closed runs, a copy of it, and runs that were closed after that.</summary>
    private async Task<(string Copy, RunRecord[] Before, RunRecord[] Lost)> CopyAsync(int lost = 0, string lostLot = "L1")
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord[] before = [await DataFolder.ClosedRunAsync(journal, 1), await DataFolder.ClosedRunAsync(journal, 2, Verdict.Fail, "no-boot")];
        string copy = (await new JournalCopies(_data.Path, _data.Clock).TakeAsync(Cancel)).File;
        List<RunRecord> after = [];
        for (int slot = 3; slot < 3 + lost; slot++)
        {
            OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(slot, lostLot), Cancel);
            await run.IdentifyUnitAsync(DataFolder.Marks(mac: $"18DE5019F{slot:X3}"), Cancel);
            after.Add(await run.CloseAsync(slot % 2 == 1 ? DataFolder.Closing() : DataFolder.Closing(Verdict.Fail, "no-boot", UnitState.Written), Cancel));
        }

        return (copy, before, [.. after]);
    }

    private void ChangeRow()
    {
        using DbConnection raw = _data.Raw();
        DataFolder.DropTriggers(raw);
        DataFolder.Sql(raw, "UPDATE run_closed SET detail = 'changed' WHERE sequence = 1");
    }

    private Task<string> StoryAsync()
    {
        using DbConnection raw = _data.Raw();
        return Task.FromResult((string)DataFolder.Sql(raw, "SELECT text FROM document WHERE kind = 'restored'")!);
    }
}

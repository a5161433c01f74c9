using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Tests.Records;

public sealed class RunJournalTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_station_keeps_its_id_over_a_restart()
    {
        Guid id;
        await using (RunJournal first = await _data.OpenAsync())
            id = first.StationId;
        await using RunJournal second = await _data.OpenAsync();
        Assert.Equal(id, second.StationId);
        Assert.NotEqual(Guid.Empty, id);
    }

    [Fact]
    public async Task A_second_station_program_is_refused_with_a_remedy()
    {
        await using RunJournal first = await _data.OpenAsync();
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync);
        Assert.Equal("record-lost", e.Reason);
        Assert.Contains("another station program", e.Message, StringComparison.Ordinal);
        Assert.Contains("Stop it first", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_sees_committed_runs_beside_the_writer_and_cannot_write()
    {
        await using RunJournal writer = await _data.OpenAsync();
        RunRecord closed = await DataFolder.ClosedRunAsync(writer);
        await using RunJournal reader = await RunJournal.OpenForReadingAsync(_data.Path, _data.Clock, Cancel);
        Assert.Equal(writer.StationId, reader.StationId);
        Assert.Equal(closed.Sha256, Assert.Single(await reader.RunsAsync(new RunQuery(), Cancel)).Sha256);
        OpenRun later = await DataFolder.RichRunAsync(writer, 2);
        Assert.Equal(later.Id, (await reader.RunsAsync(new RunQuery(), Cancel))[0].Id);
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.OpenRunAsync(DataFolder.Opening(), Cancel));
    }

    [Fact]
    public async Task A_reader_of_an_empty_folder_is_told_where_to_look()
    {
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => RunJournal.OpenForReadingAsync(_data.Path, _data.Clock, Cancel));
        Assert.Contains("--data", e.Remedy, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_data.Path));
    }

    [Fact]
    public async Task A_damaged_database_is_a_lost_record_with_a_remedy()
    {
        await File.WriteAllTextAsync(System.IO.Path.Combine(_data.Path, "journal.db"), new string('x', 8192), Cancel);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync);
        Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_a_lost_record_and_leaves_nothing_half_added()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await DataFolder.RichRunAsync(journal);
        await journal.Database.PragmaAsync("max_page_count = 1");
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(async () =>
        {
            for (int i = 0; i < 100; i++)
                await run.AddStepAsync(DataFolder.Step() with { Detail = new string('x', 10_000) }, Cancel);
        });
        Assert.Contains("full", e.Message, StringComparison.Ordinal);
        Assert.Contains("Free space", e.Remedy, StringComparison.Ordinal);
        await journal.Database.PragmaAsync("max_page_count = 1000000");
        RunRecord closed = await run.CloseAsync(DataFolder.Closing(Verdict.Error, "record-lost"), Cancel);
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
        Assert.Equal(Verdict.Error, closed.Closing!.Verdict);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_a_lost_record_with_a_remedy()
    {
        string file = System.IO.Path.Combine(_data.Path, "file");
        await File.WriteAllTextAsync(file, "", Cancel);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => RunJournal.OpenAsync(System.IO.Path.Combine(file, "data"), _data.Clock, Cancel));
        Assert.NotEmpty(e.Remedy);
    }

    [Fact]
    public async Task A_lot_belongs_to_one_recipe_file()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await journal.OpenLotAsync("L1", "cb2s-plug", 1, DataFolder.Hash('1'), Cancel);
        await journal.OpenLotAsync("L1", "cb2s-plug", 1, DataFolder.Hash('1'), Cancel);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => journal.OpenLotAsync("L1", "cb2s-plug", 1, DataFolder.Hash('2'), Cancel));
        Assert.Contains(DataFolder.Hash('1'), e.Message, StringComparison.Ordinal);
        Assert.Contains(DataFolder.Hash('2'), e.Message, StringComparison.Ordinal);
        Assert.Equal("L1", Assert.Single(await journal.LotsAsync(Cancel)).Lot);
    }

    [Fact]
    public async Task Counts_of_a_lot_are_its_own_and_add_up()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1);
        await DataFolder.ClosedRunAsync(journal, 2, Verdict.Fail, "no-boot");
        await DataFolder.ClosedRunAsync(journal, 3, Verdict.Error, "link-lost");
        await DataFolder.ClosedRunAsync(journal, 4, Verdict.Aborted, "cancelled");
        await DataFolder.RichRunAsync(journal, 5);
        OpenRun other = await journal.OpenRunAsync(DataFolder.Opening(lot: "L2"), Cancel);
        await other.CloseAsync(DataFolder.Closing(), Cancel);
        Assert.Equal(new LotCounts(1, 1, 1, 1, 1), await journal.CountsAsync("L1", Cancel));
        Assert.Equal(new LotCounts(0, 0, 0, 0, 0), await journal.CountsAsync("none", Cancel));
        Assert.Equal(["L1", "L2"], (await journal.LotsAsync(Cancel)).Select(lot => lot.Lot));
    }

    [Fact]
    public async Task A_document_is_kept_once()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await journal.KeepDocumentAsync("recipe", "a", DataFolder.Hash('1'), "first", Cancel);
        await journal.KeepDocumentAsync("recipe", "a", DataFolder.Hash('1'), "second", Cancel);
        using System.Data.Common.DbConnection raw = _data.Raw();
        Assert.Equal("first", DataFolder.Sql(raw, "SELECT group_concat(text) FROM document"));
    }

    [Fact]
    public async Task A_unit_is_known_again_by_its_rf_sector_and_mac()
    {
        await using RunJournal journal = await _data.OpenAsync();
        Guid first = await IdentifyAsync(journal, DataFolder.Marks());
        Assert.Equal(first, await IdentifyAsync(journal, DataFolder.Marks()));
        Assert.Equal(first, await IdentifyAsync(journal, DataFolder.Marks(flash: null)));
        Assert.NotEqual(first, await IdentifyAsync(journal, DataFolder.Marks(flash: "1540C8")));
        Assert.NotEqual(first, await IdentifyAsync(journal, DataFolder.Marks(rf: "another")));
        Assert.NotEqual(first, await IdentifyAsync(journal, DataFolder.Marks(mac: "18DE5019F0BF", rf: "rf-of-18DE5019F0BE")));
    }

    [Fact]
    public async Task A_unit_without_readable_marks_is_always_a_new_one()
    {
        await using RunJournal journal = await _data.OpenAsync();
        UnitMarks nothing = new(null, null, null, null, null, null, null, null);
        Assert.NotEqual(await IdentifyAsync(journal, nothing), await IdentifyAsync(journal, nothing));
        UnitMarks noMac = DataFolder.Marks() with { Mac = null }, noSector = DataFolder.Marks() with { RfSha256 = null };
        Assert.NotEqual(await IdentifyAsync(journal, noMac), await IdentifyAsync(journal, noMac));
        Assert.NotEqual(await IdentifyAsync(journal, noSector), await IdentifyAsync(journal, noSector));
        Assert.False(await journal.WentSilentElsewhereAsync(noSector, "bench-4", 2, Cancel));
    }

    [Fact]
    public async Task A_unit_tells_its_life_in_one_line()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1, Verdict.Fail, "no-boot");
        await DataFolder.ClosedRunAsync(journal, 1);
        await DataFolder.RichRunAsync(journal, 1);
        await DataFolder.ClosedRunAsync(journal, 2);
        UnitRecord unit = Assert.Single(await journal.UnitsAsync("L1", "18:de:50:19:f0:01", Cancel));
        Assert.Equal((3, Verdict.Pass, 2L, "18DE5019F001"), (unit.Runs, unit.LastVerdict!.Value, unit.LastSequence!.Value, unit.Marks.Mac));
        Assert.Equal(2, (await journal.UnitsAsync(null, null, Cancel)).Count);
        Assert.Empty(await journal.UnitsAsync("L2", null, Cancel));
    }

    [Fact]
    public async Task What_a_units_flash_holds_is_what_its_last_run_left_that_changed_anything()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        OpenRun again = await DataFolder.RichRunAsync(journal, 1);
        await again.CloseAsync(DataFolder.Closing(Verdict.Aborted, "already-passed", UnitState.Untouched), Cancel);
        UnitRecord unit = Assert.Single(await journal.UnitsAsync(null, null, Cancel));
        Assert.Equal(("already-passed", UnitState.Untouched, UnitState.Configured), (unit.LastReason, unit.LastState!.Value, unit.LeftState));
    }

    [Fact]
    public async Task A_run_is_found_by_its_number_and_by_the_beginning_of_its_id()
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord first = await DataFolder.ClosedRunAsync(journal, 1);
        _data.Clock.Now += TimeSpan.FromDays(1);
        RunRecord second = await DataFolder.ClosedRunAsync(journal, 2);
        Assert.Equal(second.Id, (await journal.RunAsync(2, Cancel))!.Id);
        Assert.Null(await journal.RunAsync(3, Cancel));
        Assert.Equal([first.Id], (await journal.RunsBeginningAsync(first.Id.ToString()[..13], 5, Cancel)).Select(run => run.Id));
        Assert.Equal([second.Id], (await journal.RunsBeginningAsync(second.Id.ToString(), 5, Cancel)).Select(run => run.Id));
        Assert.Equal([first.Id, second.Id], (await journal.RunsBeginningAsync("0", 5, Cancel)).Select(run => run.Id));
        Assert.Equal([first.Id], (await journal.RunsBeginningAsync("0", 1, Cancel)).Select(run => run.Id));
        Assert.Empty(await journal.RunsBeginningAsync("%", 5, Cancel));
    }

    [Fact]
    public async Task Runs_are_found_newest_first_by_lot_mac_unit_verdict_and_time()
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord first = await DataFolder.ClosedRunAsync(journal, 1);
        _data.Clock.Now += TimeSpan.FromHours(1);
        RunRecord second = await DataFolder.ClosedRunAsync(journal, 2, Verdict.Fail, "no-boot");
        Assert.Equal([second.Id, first.Id], await Ids(journal, new RunQuery(Lot: "L1")));
        Assert.Equal([first.Id], await Ids(journal, new RunQuery(Mac: "18de5019f001")));
        Assert.Equal([second.Id], await Ids(journal, new RunQuery(Unit: second.UnitId)));
        Assert.Equal([second.Id], await Ids(journal, new RunQuery(Verdict: Verdict.Fail)));
        Assert.Equal([second.Id], await Ids(journal, new RunQuery(Since: second.StartedAt)));
        Assert.Equal([first.Id], await Ids(journal, new RunQuery(Until: second.StartedAt)));
        Assert.Equal([second.Id], await Ids(journal, new RunQuery(Most: 1)));
        Assert.Empty(await Ids(journal, new RunQuery(Lot: "L2")));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => journal.RunsAsync(new RunQuery(Most: 0), Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => journal.RunsAsync(new RunQuery(Most: 100_001), Cancel));
    }

    [Fact]
    public async Task The_last_closed_run_of_a_slot_is_that_of_its_own_jig()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1);
        RunRecord last = await DataFolder.ClosedRunAsync(journal, 1);
        await DataFolder.RichRunAsync(journal, 1);
        Assert.Equal(last.Id, (await journal.LastClosedAsync("bench-4", 1, Cancel))!.Id);
        Assert.Null(await journal.LastClosedAsync("bench-4", 2, Cancel));
        Assert.Null(await journal.LastClosedAsync("bench-5", 1, Cancel));
    }

    [Theory]
    [InlineData("link-lost", "bench-4", 2, true)]
    [InlineData("link-lost", "bench-5", 1, true)]
    [InlineData("link-lost", "bench-4", 1, false)]
    [InlineData("port-gone", "bench-4", 2, false)]
    public async Task A_unit_went_silent_elsewhere_when_its_last_run_lost_the_link_in_another_slot(string reason, string jig, int slot, bool expected)
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord silent = await DataFolder.ClosedRunAsync(journal, 1, Verdict.Error, reason);
        Assert.Equal(expected, await journal.WentSilentElsewhereAsync(silent.Marks!, jig, slot, Cancel));
        await DataFolder.ClosedRunAsync(journal, 1);
        Assert.False(await journal.WentSilentElsewhereAsync(silent.Marks!, jig, slot, Cancel));
    }

    [Fact]
    public async Task A_unit_that_was_never_seen_did_not_go_silent_elsewhere()
    {
        await using RunJournal journal = await _data.OpenAsync();
        Assert.False(await journal.WentSilentElsewhereAsync(DataFolder.Marks(), "bench-4", 1, Cancel));
    }

    [Fact]
    public async Task A_cancelled_call_adds_nothing()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => journal.OpenRunAsync(DataFolder.Opening(), new CancellationToken(canceled: true)));
        Assert.Empty(await journal.RunsAsync(new RunQuery(), Cancel));
    }

    [Fact]
    public async Task A_closed_journal_takes_no_run()
    {
        RunJournal journal = await _data.OpenAsync();
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => journal.OpenRunAsync(DataFolder.Opening(), Cancel));
    }

    public void Dispose() => _data.Dispose();

    private static async Task<Guid> IdentifyAsync(RunJournal journal, UnitMarks marks) =>
        await (await journal.OpenRunAsync(DataFolder.Opening(), Cancel)).IdentifyUnitAsync(marks, Cancel);

    private static async Task<IEnumerable<Guid>> Ids(RunJournal journal, RunQuery query) => (await journal.RunsAsync(query, Cancel)).Select(run => run.Id);
}

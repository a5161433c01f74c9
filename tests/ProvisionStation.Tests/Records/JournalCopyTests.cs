using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Tests.Records;

public sealed class JournalCopyTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Copies => Path.Combine(_data.Path, "copies");

    [Fact]
    public async Task A_copy_is_whole_private_and_ends_where_the_journal_ends()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1);
        RunRecord last = await DataFolder.ClosedRunAsync(journal, 2);
        await DataFolder.RichRunAsync(journal, 3);
        JournalLook look = await Make().TakeAsync(Cancel);
        Assert.Equal(Path.Combine(Copies, "journal-20260314T150926Z.db"), look.File);
        Assert.Equal((true, 2L, last.Sha256, journal.StationId), (look.IsWhole, look.Closed, look.LastSha256, look.Station!.Value));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(look.File));
        using DbConnection raw = _data.Raw("copies/journal-20260314T150926Z.db");
        Assert.Equal(3L, DataFolder.Sql(raw, "SELECT count(*) FROM run"));
        Assert.Equal([look.File], Directory.GetFiles(Copies));
    }

    [Fact]
    public async Task A_copy_is_synced_before_it_has_its_name_and_the_name_after_it()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        List<string> order = [];
        JournalCopies copies = Make();
        copies.Disk = new DiskSync(
            file => order.Add($"{Path.GetExtension(file.Name)} {file.Length > 0} {Directory.GetFiles(Copies, "journal-*").Length}"),
            folder => order.Add($"{Path.GetFileName(folder)} {Directory.GetFiles(Copies, "journal-*").Length}"));
        await copies.TakeAsync(Cancel);
        Assert.Equal([".tmp True 0", "copies 1", "copies 1"], order);
    }

    [Fact]
    public async Task The_newest_fourteen_are_kept_and_nothing_else_is_touched()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        Directory.CreateDirectory(Copies);
        string[] others = ["journal-notes.db", "broken-20260101T000000Z.db", "journal-20260101T000000Z.db.txt", "journal-20260101T000000Z-x.db"];
        foreach (string other in others)
            await File.WriteAllTextAsync(Path.Combine(Copies, other), "mine", Cancel);
        for (int day = 0; day < JournalCopies.Kept + 3; day++)
        {
            _data.Clock.Now += TimeSpan.FromDays(1);
            await Make().TakeAsync(Cancel);
        }

        IReadOnlyList<JournalCopy> kept = Make().List();
        Assert.Equal(JournalCopies.Kept, kept.Count);
        Assert.Equal(new DateTimeOffset(2026, 3, 31, 15, 9, 26, TimeSpan.Zero), kept[^1].TakenAt);
        Assert.Equal(new DateTimeOffset(2026, 3, 18, 15, 9, 26, TimeSpan.Zero), kept[0].TakenAt);
        foreach (string other in others)
            Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Copies, other), Cancel));
    }

    [Fact]
    public async Task Two_copies_in_one_second_are_two_files_in_order()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        string first = (await Make().TakeAsync(Cancel)).File;
        string second = (await Make().TakeAsync(Cancel)).File;
        Assert.EndsWith("journal-20260314T150926Z-2.db", second, StringComparison.Ordinal);
        Assert.Equal([first, second], Make().List().Select(copy => copy.File));
    }

    [Fact]
    public async Task A_disk_without_room_is_named_and_leaves_no_file()
    {
        await using RunJournal journal = await _data.OpenAsync();
        long needed = Bytes("journal.db") + Bytes("journal.db-wal") + (64L << 20);
        JournalCopies copies = Make();
        copies.FreeBytes = _ => needed - 1;
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => copies.TakeAsync(Cancel));
        Assert.Contains("MiB free", e.Message, StringComparison.Ordinal);
        Assert.Contains("--to", e.Remedy, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Copies));
        copies.FreeBytes = _ => needed;
        await copies.TakeAsync(Cancel);
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_the_middle_leaves_no_file()
    {
        await using RunJournal journal = await _data.OpenAsync();
        JournalCopies copies = Make();
        copies.Disk = new DiskSync(_ => throw new IOException("No space left on device", 28), _ => { });
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => copies.TakeAsync(Cancel));
        Assert.Contains("no copy of the journal", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Copies));
    }

    [Fact]
    public async Task What_a_crash_left_of_a_copy_is_removed_and_a_copy_at_work_is_not()
    {
        await using RunJournal journal = await _data.OpenAsync();
        Directory.CreateDirectory(Copies);
        string left = Path.Combine(Copies, ".journal-20260101T000000Z.db.a.tmp"), atWork = Path.Combine(Copies, ".journal-20260101T000000Z.db.b.tmp");
        await File.WriteAllTextAsync(left, "half", Cancel);
        using (FileStream held = StableStorage.CreatePrivate(atWork))
            await Make().TakeAsync(Cancel);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(atWork));
    }

    [Fact]
    public async Task A_damaged_journal_gives_no_copy()
    {
        await using (RunJournal journal = await _data.OpenAsync())
            await DataFolder.ClosedRunAsync(journal);
        BrokenJournalTests.Overwrite(Path.Combine(_data.Path, "journal.db"), 4096, 4096 * 4);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => Make().TakeAsync(Cancel));
        Assert.Contains("journal restore", e.Remedy, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Copies));
    }

    [Fact]
    public async Task A_copy_that_reads_back_differently_is_no_copy()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        JournalCopies copies = Make();
        copies.Disk = new DiskSync(file => BrokenJournalTests.Overwrite(file.Name, 4096 * 3, 4096 * 8), _ => { });
        await Assert.ThrowsAsync<RecordsException>(() => copies.TakeAsync(Cancel));
        Assert.Empty(Directory.GetFiles(Copies));
    }

    [Fact]
    public async Task A_run_that_is_closed_while_a_copy_is_taken_is_kept_and_the_copy_is_of_the_state_before()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        JournalCopies copies = Make();
        Task<RunRecord>? meanwhile = null;
        copies.Disk = new DiskSync(_ => meanwhile = DataFolder.ClosedRunAsync(journal, 2), _ => { });
        JournalLook look = await copies.TakeAsync(Cancel);
        Assert.Equal(1, look.Closed);
        Assert.Equal(2, (await meanwhile!).Sequence);
        Assert.Equal(2, await copies.ClosedNowAsync(Cancel));
    }

    [Fact]
    public async Task A_copy_that_was_stopped_leaves_nothing()
    {
        await using RunJournal journal = await _data.OpenAsync();
        using CancellationTokenSource stop = new();
        JournalCopies copies = Make();
        copies.Disk = new DiskSync(_ => stop.Cancel(), _ => { });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copies.TakeAsync(stop.Token));
        Assert.Empty(Directory.GetFiles(Copies));
    }

    [Fact]
    public async Task A_days_commits_do_not_let_the_log_beside_the_journal_grow_without_end()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await DataFolder.RichRunAsync(journal);
        async Task WriteAsync(int steps)
        {
            for (int i = 0; i < steps; i++)
                await run.AddStepAsync(DataFolder.Step() with { Detail = new string('x', 15_000) }, Cancel);
        }

        await WriteAsync(300);
        Assert.InRange(Bytes("journal.db-wal"), 1, 6 << 20);
        using (DbConnection reader = _data.Raw())
        {
            // Whoever reads one state for long, as a copy does, keeps SQLite from beginning anew.
            DataFolder.Sql(reader, "BEGIN");
            DataFolder.Sql(reader, "SELECT count(*) FROM step");
            await WriteAsync(500);
            Assert.InRange(Bytes("journal.db-wal"), 17 << 20, 60 << 20);
        }

        await WriteAsync(10);
        Assert.InRange(Bytes("journal.db-wal"), 1, 17 << 20);
    }

    public void Dispose() => _data.Dispose();

    private JournalCopies Make() => new(_data.Path, _data.Clock);

    private long Bytes(string file) => new FileInfo(Path.Combine(_data.Path, file)).Length;
}

using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Tests.Records;

/// <summary>A database of an older program is brought to the newer form, or stays as it was.</summary>
public sealed class MigrationSafetyTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static List<(long Number, string Script)> All => Migrations.Scripts();

    private static long Newest => All[^1].Number;

    public static TheoryData<int> OlderForms() => [.. Enumerable.Range(1, All.Count - 1)];

    [Theory, MemberData(nameof(OlderForms))]
    public async Task A_journal_of_an_older_form_with_rows_is_brought_up_to_date_after_a_copy_of_it(int scripts)
    {
        await OldAsync(scripts);
        string[] before = Rows();
        await using (RunJournal journal = await _data.OpenAsync())
        {
            Assert.Null((await journal.ChainAsync(Cancel)).Break);
            Assert.Equal(2, (await journal.RunsAsync(new RunQuery(), Cancel)).Count);
        }

        Assert.Equal(Newest, Form());
        JournalCopy copy = Assert.Single(new JournalCopies(_data.Path, _data.Clock).List());
        JournalLook look = await JournalFile.LookAsync(copy.File, Cancel);
        Assert.Equal((true, All[scripts - 1].Number, 1L), (look.IsWhole, look.Form, look.Closed));
        Assert.Equal(before, Rows(copy.File));
    }

    [Fact]
    public async Task A_new_journal_and_one_of_this_form_are_not_copied()
    {
        for (int start = 0; start < 2; start++)
        {
            await using RunJournal journal = await _data.OpenAsync();
            await DataFolder.ClosedRunAsync(journal);
        }

        Assert.Empty(new JournalCopies(_data.Path, _data.Clock).List());
    }

    [Fact]
    public async Task A_script_that_fails_half_way_leaves_the_older_form_usable()
    {
        await OldAsync(All.Count);
        string[] before = Rows();
        string broken = "CREATE TABLE half (a TEXT) STRICT; INSERT INTO half VALUES ('x'); DELETE FROM run_closed;";
        RecordsException e = Assert.Throws<RecordsException>(
            () => JournalDatabase.OpenForWriting(_data.Path, _data.Clock, [.. All, (Newest + 1, broken)]));
        Assert.Contains("only grows", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Rows());
        Assert.Equal(Newest, Form());
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
    }

    [Fact]
    public async Task A_second_script_that_fails_leaves_the_first_one_done()
    {
        await OldAsync(1);
        Assert.Throws<RecordsException>(
            () => JournalDatabase.OpenForWriting(_data.Path, _data.Clock, [.. All.Take(2), (9, "CREATE TABLE run (a TEXT) STRICT;")]));
        Assert.Equal(All[1].Number, Form());
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Equal(2, (await journal.RunsAsync(new RunQuery(), Cancel)).Count);
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_a_migration_leaves_the_older_form_usable()
    {
        await OldAsync(All.Count);
        string[] before = Rows();
        string large = "PRAGMA max_page_count = 1; CREATE TABLE large (a BLOB) STRICT; INSERT INTO large VALUES (zeroblob(1000000));";
        RecordsException e = Assert.Throws<RecordsException>(
            () => JournalDatabase.OpenForWriting(_data.Path, _data.Clock, [.. All, (Newest + 1, large)]));
        Assert.Contains("full", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Rows());
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Equal(2, (await journal.RunsAsync(new RunQuery(), Cancel)).Count);
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task A_kill_in_the_middle_of_a_script_leaves_the_older_form_and_the_next_start_brings_it_up_to_date(int scripts)
    {
        await OldAsync(scripts);
        Dictionary<string, byte[]> killed;
        using (DbConnection raw = _data.Raw())
        {
            // A cache of one page: SQLite writes what is not committed to the -wal file, as it does in a large migration.
            DataFolder.Sql(raw, "PRAGMA cache_size = 1");
            using DbTransaction cut = raw.BeginTransaction();
            DataFolder.Sql(raw, All[scripts].Script);
            killed = CommitBoundaryTests.Files(_data.Path);
        }

        using DataFolder other = new();
        CommitBoundaryTests.Put(other.Path, killed);
        JournalLook look = await JournalCopies.CheckAsync(other.Path, Cancel);
        Assert.Equal((true, All[scripts - 1].Number), (look.IsWhole, look.Form));
        await using RunJournal journal = await other.OpenAsync();
        Assert.Equal(2, (await journal.RunsAsync(new RunQuery(), Cancel)).Count);
    }

    [Fact]
    public async Task A_copy_that_cannot_be_taken_stops_the_migration()
    {
        await OldAsync(1);
        await File.WriteAllTextAsync(Path.Combine(_data.Path, "copies"), "a file in the place of the folder", Cancel);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync);
        Assert.Contains("no copy of the journal", e.Message, StringComparison.Ordinal);
        Assert.Equal(All[0].Number, Form());
    }

    [Fact]
    public async Task A_journal_of_a_newer_program_is_refused_and_stays_as_it_is()
    {
        await OldAsync(All.Count);
        await JournalDatabase.OpenForWriting(_data.Path, _data.Clock, [.. All, (Newest + 1, "CREATE TABLE later (a TEXT) STRICT;")]).DisposeAsync();
        Dictionary<string, byte[]> before = CommitBoundaryTests.Files(_data.Path);
        RecordsException writer = await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync);
        RecordsException reader = await Assert.ThrowsAsync<RecordsException>(() => RunJournal.OpenForReadingAsync(_data.Path, _data.Clock, Cancel));
        foreach (RecordsException e in new[] { writer, reader })
        {
            Assert.Contains($"has form {Newest + 1}", e.Message, StringComparison.Ordinal);
            Assert.Contains("newer program", e.Remedy, StringComparison.Ordinal);
        }

        Assert.Equal(before["journal.db"], CommitBoundaryTests.Files(_data.Path)["journal.db"]);
    }

    [Fact]
    public async Task A_reader_of_an_older_form_is_told_to_start_the_station()
    {
        await OldAsync(1);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => RunJournal.OpenForReadingAsync(_data.Path, _data.Clock, Cancel));
        Assert.Contains("older form 1", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _data.Dispose();

    /// <summary>A journal as the first so many scripts make it, with one closed run and one that a crash left open.</summary>
    private async Task OldAsync(int scripts)
    {
        using DataFolder now = new();
        await using (RunJournal journal = await now.OpenAsync())
        {
            await DataFolder.ClosedRunAsync(journal, 1);
            await DataFolder.RichRunAsync(journal, 2);
        }

        await JournalDatabase.OpenForWriting(_data.Path, _data.Clock, [.. All.Take(scripts)]).DisposeAsync();
        using DbConnection raw = _data.Raw();
        DataFolder.Sql(raw, $"ATTACH '{Path.Combine(now.Path, "journal.db")}' AS now");
        foreach (string table in Tables.Where(table => table != "run_closed").Append("run_closed"))
            DataFolder.Sql(raw, $"INSERT INTO main.{table} SELECT * FROM now.{table}");
    }

    /// <summary>The tables of the first form, parents first.</summary>
    private static readonly string[] Tables =
        ["station", "lot", "unit", "run", "run_unit", "intent", "step", "measurement", "artifact", "claim", "run_closed"];

    private string[] Rows(string? file = null)
    {
        using DbConnection raw = _data.Raw(file ?? "journal.db");
        return [.. Tables.Select(table => $"{table}: {DataFolder.Sql(raw, $"SELECT count(*) FROM {table}")}"), $"{DataFolder.Sql(raw, "SELECT sha256 FROM run_closed")}"];
    }

    private long Form()
    {
        using DbConnection raw = _data.Raw();
        return (long)DataFolder.Sql(raw, "SELECT max(version) FROM schema_version")!;
    }
}

using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Tests.Records;

/// <summary>Law 2: a run is closed only once its closing record was committed and read back through another connection.</summary>
public sealed class DurableBeforeGreenTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_closed_run_is_returned_as_another_connection_reads_it()
    {
        await using RunJournal journal = await _data.OpenAsync();
        int opened = 0;
        Func<string> own = journal.Database.ReadBackFrom;
        journal.Database.ReadBackFrom = () =>
        {
            opened++;
            return own();
        };
        RunRecord closed = await DataFolder.ClosedRunAsync(journal);
        Assert.Equal(1, opened);
        Assert.Equal(1, closed.Sequence);
        Assert.Equal(ClosingForm.Sha256Of(closed), closed.Sha256);
        Assert.Equal(2, closed.Steps[1].Measurements.Count);
    }

    [Fact]
    public async Task A_commit_that_is_not_on_the_disk_is_not_a_closed_run()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await DataFolder.RichRunAsync(journal);
        string before = Copy("before.db");
        journal.Database.ReadBackFrom = () => before;
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => run.CloseAsync(DataFolder.Closing(), Cancel));
        Assert.Equal("record-lost", e.Reason);
        Assert.Contains("not there", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE run_closed SET verdict = 'FAIL', reason = 'no-boot'")]
    [InlineData("UPDATE run_closed SET sequence = 2")]
    [InlineData("UPDATE measurement SET value = 62.5 WHERE name = 'current-mean'")]
    [InlineData("UPDATE run_unit SET mac = '18DE5019F0BF'")]
    [InlineData("DELETE FROM claim WHERE name = 'wifi-join'")]
    public async Task A_record_that_reads_back_differently_is_not_a_closed_run(string harm)
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await DataFolder.RichRunAsync(journal);
        journal.Database.ReadBackFrom = () => Copy("harmed.db", harm);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => run.CloseAsync(DataFolder.Closing(), Cancel));
        Assert.Contains("reads back differently", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_contradict_what_was_given_never_get_into_the_chain()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await DataFolder.RichRunAsync(journal);
        using (DbConnection raw = _data.Raw())
        {
            DataFolder.DropTriggers(raw);
            DataFolder.Sql(raw, "UPDATE step SET detail = 'mean 50.0 mA' WHERE step = 'current'");
        }

        await Assert.ThrowsAsync<RecordsException>(() => run.CloseAsync(DataFolder.Closing(), Cancel));
        Assert.Equal(0L, DataFolder.Sql(_data.Raw(), "SELECT count(*) FROM run_closed"));
    }

    [Fact]
    public async Task Every_commit_of_the_journal_waits_for_the_disk()
    {
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Equal("2", await journal.Database.PragmaAsync("synchronous"));
        Assert.Equal("wal", DataFolder.Sql(_data.Raw(), "PRAGMA journal_mode"));
    }

    public void Dispose() => _data.Dispose();

    private string Copy(string name, string? harm = null)
    {
        string path = System.IO.Path.Combine(_data.Path, name);
        using (DbConnection raw = _data.Raw())
            DataFolder.Sql(raw, $"VACUUM INTO '{path}'");
        if (harm is not null)
        {
            using DbConnection copy = _data.Raw(name);
            DataFolder.DropTriggers(copy);
            DataFolder.Sql(copy, harm);
        }

        return path;
    }
}

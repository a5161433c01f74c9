using ProvisionStation.Hosting;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Tests.Records;

namespace ProvisionStation.Tests.Live;

public sealed class CopyScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 0, 0, false)]
    [InlineData(null, 0, 1, true)]
    [InlineData(24.0, 7, 7, false)]
    [InlineData(23.99, 7, 8, false)]
    [InlineData(24.0, 7, 8, true)]
    [InlineData(1.0, 7, 506, false)]
    [InlineData(1.0, 7, 507, true)]
    [InlineData(-23.99, 7, 8, false)]
    [InlineData(-24.0, 7, 8, true)]
    [InlineData(1.0, 1000, 500, true)]
    public void A_copy_is_due_after_a_day_or_500_runs_where_there_is_something_new(double? hoursAgo, long then, long now, bool expected) =>
        Assert.Equal(expected, CopySchedule.IsDue(Now, hoursAgo is { } hours ? Now - TimeSpan.FromHours(hours) : null, then, now));

    [Fact]
    public async Task A_journal_with_new_runs_is_checked_and_copied_while_it_is_quiet_and_that_is_said()
    {
        using DataFolder data = new();
        await using RunJournal journal = await data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        List<string> said = [];
        JournalCare care = new(data.Path, () => true, line => { said.Add(line); stop.Cancel(); }, data.Clock);
        Assert.Null(await care.WatchAsync(stop.Token));
        Assert.Contains("whole; copied up to closing record 1", Assert.Single(said), StringComparison.Ordinal);
        Assert.Single(new JournalCopies(data.Path, data.Clock).List());
    }

    [Fact]
    public async Task A_copy_that_cannot_be_taken_is_said_and_stops_nobody()
    {
        using DataFolder data = new();
        await using RunJournal journal = await data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        await File.WriteAllTextAsync(Path.Combine(data.Path, "copies"), "", Cancel);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        List<string> said = [];
        JournalCare care = new(data.Path, () => true, line => { said.Add(line); stop.Cancel(); }, data.Clock);
        Assert.Null(await care.WatchAsync(stop.Token));
        Assert.Contains("not copied", Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_station_is_not_disturbed_before_the_patience_ends()
    {
        using DataFolder data = new();
        await using RunJournal journal = await data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        int asked = 0;
        JournalCare care = new(data.Path, () => { asked++; stop.Cancel(); return false; }, _ => Assert.Fail("it was disturbed"), data.Clock);
        Assert.Null(await care.WatchAsync(stop.Token));
        Assert.Equal(1, asked);
        Assert.Empty(new JournalCopies(data.Path, data.Clock).List());
    }

    [Fact]
    public async Task A_journal_that_is_found_damaged_ends_the_watch_with_the_way_back()
    {
        using DataFolder data = new();
        await using (RunJournal journal = await data.OpenAsync())
            await DataFolder.ClosedRunAsync(journal);
        string file = Path.Combine(data.Path, "journal.db");
        BrokenJournalTests.Overwrite(file, (int)new FileInfo(file).Length - 4096, 4096);
        RecordsException? damage = await new JournalCare(data.Path, () => true, _ => { }, data.Clock).WatchAsync(Cancel);
        Assert.Contains("damaged", damage!.Message, StringComparison.Ordinal);
        Assert.Contains("journal restore", damage.Remedy, StringComparison.Ordinal);
        Assert.Empty(new JournalCopies(data.Path, data.Clock).List());
    }
}

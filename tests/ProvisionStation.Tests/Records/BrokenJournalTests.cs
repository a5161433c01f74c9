using System.Security.Cryptography;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Vault;

namespace ProvisionStation.Tests.Records;

/// <summary>A journal that is damaged or gone stops the start and every reader, with a way back.</summary>
public sealed class BrokenJournalTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Journal => Path.Combine(_data.Path, "journal.db");

    private string Log => Journal + "-wal";

    [Theory, InlineData(0, 100), InlineData(0, 16), InlineData(4096, 4096), InlineData(20480, 8192), InlineData(100, 3996)]
    public async Task Overwritten_pages_stop_every_start(int from, int bytes)
    {
        await FillAsync();
        Overwrite(Journal, from, bytes);
        await AssertStopsAsync("damaged");
    }

    [Theory, InlineData(1), InlineData(511), InlineData(4096), InlineData(10_000), InlineData(-4096), InlineData(-1)]
    public async Task A_truncated_file_stops_every_start(int length)
    {
        await FillAsync();
        using (FileStream file = new(Journal, FileMode.Open))
            file.SetLength(length > 0 ? length : file.Length + length);
        await AssertStopsAsync("damaged");
    }

    [Fact]
    public async Task An_empty_file_stops_every_start_where_a_vault_tells_of_former_records()
    {
        await FillAsync();
        await BackupVault.Open(_data.Path).StoreAsync(new byte[] { 1 }, Cancel);
        File.Delete(Path.Combine(_data.Path, "ledger.jsonl"));
        await File.WriteAllBytesAsync(Journal, [], Cancel);
        await AssertStopsAsync("is empty, but its vault is there");
    }

    [Theory, InlineData("vault"), InlineData("ledger"), InlineData("copy"), InlineData("wal")]
    public async Task A_journal_that_is_gone_is_never_begun_anew(string trace)
    {
        await FillAsync();
        File.Delete(Path.Combine(_data.Path, "ledger.jsonl"));
        if (trace == "vault")
            await BackupVault.Open(_data.Path).StoreAsync(new byte[] { 1 }, Cancel);
        else if (trace == "ledger")
            await File.WriteAllTextAsync(Path.Combine(_data.Path, "ledger.jsonl"), "{}\n", Cancel);
        else if (trace == "copy")
            await new JournalCopies(_data.Path, _data.Clock).TakeAsync(Cancel);
        else
            await File.WriteAllBytesAsync(Log, new byte[100], Cancel);
        File.Delete(Journal);
        await AssertStopsAsync("is gone, but");
        Assert.False(File.Exists(Journal));
    }

    [Fact]
    public async Task A_first_start_that_was_cut_off_before_its_first_page_begins_anew()
    {
        await File.WriteAllBytesAsync(Journal, [], Cancel);
        await using RunJournal journal = await _data.OpenAsync();
        Assert.NotEqual(Guid.Empty, journal.StationId);
    }

    [Theory, InlineData(0), InlineData(8), InlineData(24), InlineData(31)]
    public async Task A_log_with_a_broken_header_stops_every_start_instead_of_losing_its_records(int at)
    {
        await FillAsync(crashed: true);
        Overwrite(Log, at, 1);
        await AssertStopsAsync("-wal is damaged");
    }

    [Theory, InlineData(0), InlineData(20), InlineData(32)]
    public async Task A_log_cut_off_in_its_header_holds_nothing_and_stops_nobody(int length)
    {
        await FillAsync();
        await File.WriteAllBytesAsync(Log, new byte[length], Cancel);
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Single(await journal.RunsAsync(new RunQuery(), Cancel));
    }

    [Fact]
    public async Task A_log_that_a_crash_left_is_used()
    {
        await FillAsync(crashed: true);
        Assert.True(new FileInfo(Log).Length > 32);
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Single(await journal.RunsAsync(new RunQuery(), Cancel));
    }

    [Fact]
    public async Task A_check_tells_damage_of_a_page_that_nobody_asks_for()
    {
        await FillAsync();
        Overwrite(Journal, (int)new FileInfo(Journal).Length - 4096, 4096);
        JournalLook look = await JournalCopies.CheckAsync(_data.Path, Cancel);
        Assert.False(look.IsWhole);
        Assert.InRange(look.Problems.Count, 1, JournalFile.MostProblems);
    }

    [Fact]
    public async Task A_check_tells_rows_that_belong_to_nothing()
    {
        await FillAsync();
        using (System.Data.Common.DbConnection raw = _data.Raw())
            DataFolder.Sql(raw, "PRAGMA foreign_keys = OFF; INSERT INTO claim VALUES ('nobody', 1, 'a', 'b', 'entered')");
        Assert.Contains("belong to runs", (await JournalCopies.CheckAsync(_data.Path, Cancel)).Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_of_what_is_no_journal_says_so()
    {
        string file = Path.Combine(_data.Path, "other.db");
        using (System.Data.Common.DbConnection raw = _data.Raw("other.db"))
            DataFolder.Sql(raw, "CREATE TABLE a (b)");
        Assert.Equal("it is no journal of a station", (await JournalFile.LookAsync(file, Cancel)).Problems[0]);
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(9000), Cancel);
        Assert.False((await JournalFile.LookAsync(file, Cancel)).IsWhole);
        Assert.True((await Assert.ThrowsAsync<RecordsException>(() => JournalFile.LookAsync(file + "x", Cancel))).IsWrongUse);
    }

    public void Dispose() => _data.Dispose();

    /// <summary>Flips every bit from a place on.</summary>
    internal static void Overwrite(string path, int from, int bytes)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        byte[] there = new byte[Math.Min(bytes, file.Length - from)];
        file.Position = from;
        file.ReadExactly(there);
        file.Position = from;
        file.Write([.. there.Select(one => (byte)~one)]);
    }

    /// <summary>One closed run; after a crash its records are still in the -wal file.</summary>
    private async Task FillAsync(bool crashed = false)
    {
        RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        Dictionary<string, byte[]> files = crashed ? CommitBoundaryTests.Files(_data.Path) : [];
        await journal.DisposeAsync();
        CommitBoundaryTests.Put(_data.Path, files);
    }

    private async Task AssertStopsAsync(string what)
    {
        RecordsException[] stops =
        [
            await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync),
            await Assert.ThrowsAsync<RecordsException>(async () =>
            {
                await using RunJournal reader = await RunJournal.OpenForReadingAsync(_data.Path, _data.Clock, Cancel);
                await reader.RequireChainAsync(Cancel);
            }),
        ];
        foreach (RecordsException stop in stops)
        {
            Assert.Contains(_data.Path, stop.Message, StringComparison.Ordinal);
            Assert.False(stop.IsWrongUse);
            Assert.Contains("journal restore", stop.Remedy, StringComparison.Ordinal);
            Assert.Contains("docs/recovery.md", stop.Remedy, StringComparison.Ordinal);
        }

        Assert.Contains(what, stops[0].Message, StringComparison.Ordinal);
    }
}

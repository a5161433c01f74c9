using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Tests.Records;

/// <summary>Every fact has a number, names the one before, and stands in the database and in the file.</summary>
public sealed class LedgerTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_journal_does_is_a_fact_once()
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord run = await DataFolder.ClosedRunAsync(journal);
        for (int twice = 0; twice < 2; twice++)
        {
            await journal.OpenLotAsync("L2", "cb2s-plug", 1, DataFolder.Hash('1'), Cancel);
            await journal.SetLotReferencesAsync("L1", run.Id, "recipe", [("pins", "P26=Rel;1"), ("loader", "1.0.3")], Cancel);
            await journal.ExpectUnitsAsync("L1", DataFolder.Hash('e'), [("18DE5019F0BE", 2), ("18DE5019F0BF", 3)], Cancel);
        }

        IReadOnlyList<RecordedFact> facts = await journal.FactsAsync(null, null, Cancel);
        Assert.Equal(
            [FactKinds.StationMade, FactKinds.LotOpened, FactKinds.RunClosed, FactKinds.LotOpened, FactKinds.LotReference, FactKinds.LotReference, FactKinds.UnitsExpected],
            facts.Select(fact => fact.Kind));
        LedgerFact closed = facts[2].Fact;
        Assert.Equal((run.Id.ToString(), "1", run.Sha256, "PASS", "configured"), (closed.Subject, closed["closing"], closed["sha256"], closed["verdict"], closed["state"]));
        Assert.Equal(("L1", "18DE5019F001", DataFolder.Hash('d')), (closed["lot"], closed["mac"], closed["backupSha256"]));
        Assert.Equal("2", facts[^1].Fact["added"]);
    }

    /// <summary>What <c>docs/ledger.md</c> tells an outsider to do, with nothing of ours but the file.</summary>
    [Fact]
    public async Task The_file_is_a_chain_that_anyone_can_compute()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        await journal.RecordFactAsync(new LedgerFact(FactKinds.Override, "ä\",\"previous\":\"", new Dictionary<string, string?> { ["previous"] = "x", ["note"] = null }), Cancel);
        await journal.RecordFactAsync(new LedgerFact(FactKinds.SlotEnabled, "all", new Dictionary<string, string?>()), Cancel);
        string previous = new('0', 64);
        long sequence = 0;
        foreach (string line in await File.ReadAllLinesAsync(Ledger, Cancel))
        {
            using JsonDocument fact = JsonDocument.Parse(line);
            Assert.Equal("provision-station/fact/1", fact.RootElement.GetProperty("form").GetString());
            Assert.Equal((++sequence, previous), (fact.RootElement.GetProperty("sequence").GetInt64(), fact.RootElement.GetProperty("previous").GetString()));
            Assert.Equal(journal.StationId, fact.RootElement.GetProperty("station").GetGuid());
            previous = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));
        }

        ChainState chain = await journal.RequireChainAsync(Cancel);
        Assert.Equal((5L, 5L, previous), (sequence, chain.Facts, chain.FactsHeadSha256));
    }

    [Theory]
    [InlineData(FactKinds.RunClosed), InlineData(FactKinds.ClockStep), InlineData(FactKinds.LotOpened), InlineData("Run"), InlineData(""), InlineData("a b")]
    public async Task Nobody_else_tells_what_the_journal_did_and_a_kind_is_a_word(string kind)
    {
        await using RunJournal journal = await _data.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => journal.RecordFactAsync(new LedgerFact(kind, "L1", new Dictionary<string, string?>()), Cancel));
        Assert.Single(await journal.FactsAsync(null, null, Cancel));
    }

    [Fact]
    public async Task The_last_disposition_of_a_unit_counts_and_all_are_kept()
    {
        await using RunJournal journal = await _data.OpenAsync();
        Guid unit = (await DataFolder.ClosedRunAsync(journal)).UnitId!.Value;
        Assert.Null(await journal.DispositionAsync(unit, Cancel));
        await journal.RecordFactAsync(Disposition.Fact(unit, "quarantine", "smells burnt", "Ada"), Cancel);
        await journal.RecordFactAsync(Disposition.Fact(Guid.NewGuid(), "scrap", "another unit", "Ada"), Cancel);
        await journal.RecordFactAsync(Disposition.Fact(unit, "release", "it was the iron", "Bob"), Cancel);
        Assert.Equal(["quarantine", "release"], (await journal.DispositionsAsync(unit, Cancel)).Select(one => one.Word));
        Disposition last = (await journal.DispositionAsync(unit, Cancel))!;
        Assert.Equal(("release", "it was the iron", "Bob", 6L), (last.Word, last.Reason, last.Operator, last.Sequence));
        Assert.Throws<ArgumentException>(() => Disposition.Fact(unit, "burn", "", ""));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(5, 0, false)]
    [InlineData(5.001, 0, true)]
    [InlineData(0, 5, false)]
    [InlineData(0, 5.001, true)]
    [InlineData(3600, 3600, false)]
    [InlineData(-0.001, 0, true)]
    public async Task A_clock_that_jumps_between_two_facts_is_a_fact(double wallSeconds, double monotonicSeconds, bool isStep)
    {
        _data.Clock.Monotonic = TimeSpan.Zero;
        await using RunJournal journal = await _data.OpenAsync();
        _data.Clock.Now += TimeSpan.FromSeconds(wallSeconds);
        _data.Clock.Monotonic = TimeSpan.FromSeconds(monotonicSeconds);
        await SayAsync(journal);
        IReadOnlyList<RecordedFact> facts = await journal.FactsAsync(null, null, Cancel);
        Assert.Equal(isStep ? [FactKinds.StationMade, FactKinds.ClockStep, FactKinds.SlotEnabled] : [FactKinds.StationMade, FactKinds.SlotEnabled], facts.Select(fact => fact.Kind));
    }

    [Theory, InlineData(0, false), InlineData(-1, true)]
    public async Task A_start_before_the_last_fact_is_a_clock_step_however_long_the_station_was_off(int seconds, bool isStep)
    {
        await using (RunJournal before = await _data.OpenAsync())
            await SayAsync(before);
        _data.Clock.Now += TimeSpan.FromSeconds(seconds);
        await using RunJournal journal = await _data.OpenAsync();
        await SayAsync(journal);
        Assert.Equal(isStep ? 1 : 0, (await journal.FactsAsync(FactKinds.ClockStep, null, Cancel)).Count);
    }

    [Fact]
    public async Task Facts_of_many_at_once_have_no_gap_in_database_and_file()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await Task.WhenAll(Enumerable.Range(1, 16).Select(slot => Task.Run(async () =>
        {
            await DataFolder.ClosedRunAsync(journal, slot);
            await SayAsync(journal);
        })));
        ChainState chain = await journal.RequireChainAsync(Cancel);
        Assert.Equal((16L, 34L), (chain.Records, chain.Facts));
        Assert.Equal(34, (await File.ReadAllLinesAsync(Ledger, Cancel)).Length);
    }

    [Fact]
    public async Task A_file_that_takes_no_fact_closes_no_run_and_the_next_fact_brings_it_up_to_date()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await DataFolder.RichRunAsync(journal);
        journal.Ledger.File.Disk = new DiskSync(_ => throw new IOException("no"), _ => { });
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => run.CloseAsync(DataFolder.Closing(), Cancel));
        Assert.Contains("ledger", e.Message, StringComparison.Ordinal);
        Assert.NotEmpty(e.Remedy);
        journal.Ledger.File.Disk = DiskSync.System;
        await SayAsync(journal);
        Assert.Equal((1L, 4L), ((await journal.RequireChainAsync(Cancel)).Records, (await journal.ChainAsync(Cancel)).Facts));
        Assert.Equal(4, (await File.ReadAllLinesAsync(Ledger, Cancel)).Length);
    }

    [Fact]
    public async Task A_fact_out_of_turn_is_refused_by_the_database_itself()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await SayAsync(journal);
        using DbConnection raw = _data.Raw();
        foreach (string harm in new[] { "SELECT 4, kind, subject, text, sha256", "SELECT 3, kind, subject, text, sha256", "SELECT 3, kind, subject, replace(text, '\"sequence\":2', '\"sequence\":3'), sha256" })
        {
            DbException e = Assert.ThrowsAny<DbException>(() => DataFolder.Sql(raw, $"INSERT INTO ledger {harm} FROM ledger WHERE sequence = 2"));
            Assert.Contains("must follow", e.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _data.Dispose();

    private string Ledger => System.IO.Path.Combine(_data.Path, "ledger.jsonl");

    private static Task<RecordedFact> SayAsync(RunJournal journal) =>
        journal.RecordFactAsync(new LedgerFact(FactKinds.SlotEnabled, "all", new Dictionary<string, string?> { ["result"] = "good" }), Cancel);
}

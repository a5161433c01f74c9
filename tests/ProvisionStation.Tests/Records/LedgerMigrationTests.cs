using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Tests.Records;

/// <summary>Journals of earlier forms, made by the scripts of that time, are brought up to date with every row and every rule.</summary>
public sealed class LedgerMigrationTests : IDisposable
{
    private static readonly string[] Tables =
    [
        "station", "document", "lot", "unit", "run", "run_unit", "intent", "step", "measurement", "artifact", "claim", "run_closed", "lot_reference", "lot_unit",
    ];

    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData(2), InlineData(3)]
    public async Task An_older_journal_goes_on_with_its_rows_and_its_ledger_begins_behind_them(int form)
    {
        IReadOnlyList<RunRecord> before = await OlderAsync(form);
        await using RunJournal journal = await _data.OpenAsync();
        IReadOnlyList<RunRecord> after = await journal.RunsAsync(new RunQuery(Lot: "L1"), Cancel);
        Assert.Equal(before.Select(run => (run.Id, run.Sequence, run.Sha256)), after.Where(run => run.Sequence <= 3).Select(run => (run.Id, run.Sequence, run.Sha256)));
        RunRecord interrupted = Assert.Single(journal.Interrupted);
        RunRecord next = await DataFolder.ClosedRunAsync(journal, 9);
        Assert.Equal((4L, 5L), (interrupted.Sequence!.Value, next.Sequence!.Value));
        IReadOnlyList<RecordedFact> facts = await journal.FactsAsync(null, null, Cancel);
        Assert.Equal([FactKinds.LedgerBegan, FactKinds.RunClosed, FactKinds.RunClosed], facts.Select(fact => fact.Kind));
        Assert.Equal(("3", before[0].Sha256), (facts[0].Fact["closing"], facts[0].Fact["sha256"]));
        Assert.Equal((5L, 3L), ((await journal.RequireChainAsync(Cancel)).Records, (await journal.ChainAsync(Cancel)).Facts));
        Assert.Equal("P26=Rel;1", Assert.Single(await journal.LotReferencesAsync("L1", Cancel)).Value);
        using DbConnection raw = _data.Raw();
        Assert.Equal(Migrations.Scripts()[^1].Number, DataFolder.Sql(raw, "SELECT max(version) FROM schema_version"));
        foreach (string refused in new[] { "DELETE FROM run_closed", "UPDATE run_closed SET detail = ''", "INSERT INTO claim SELECT run, 99, name, value, source FROM claim LIMIT 1" })
            Assert.ThrowsAny<DbException>(() => DataFolder.Sql(raw, refused));
        Assert.Equal("ok", DataFolder.Sql(raw, "PRAGMA integrity_check"));
        Assert.Null(DataFolder.Sql(raw, "PRAGMA foreign_key_check"));
    }

    [Fact]
    public async Task A_unit_may_be_restored_in_a_journal_that_did_not_know_the_word()
    {
        await OlderAsync(2);
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await DataFolder.RichRunAsync(journal, 9);
        Assert.Equal(UnitState.Restored, (await run.CloseAsync(DataFolder.Closing(state: UnitState.Restored), Cancel)).Closing!.State);
    }

    [Fact]
    public async Task A_second_start_goes_on_with_the_ledger_that_began()
    {
        await OlderAsync(3);
        await using (RunJournal first = await _data.OpenAsync())
            Assert.Single(first.Interrupted);
        await using RunJournal second = await _data.OpenAsync();
        Assert.Equal(2, (await second.RequireChainAsync(Cancel)).Facts);
    }

    [Fact]
    public async Task The_ledger_does_not_begin_behind_a_chain_that_was_broken()
    {
        await OlderAsync(3);
        using (DbConnection raw = _data.Raw())
        {
            DataFolder.DropTriggers(raw);
            DataFolder.Sql(raw, "UPDATE run_closed SET detail = 'forged' WHERE sequence = 2");
        }

        RecordsException e = await Assert.ThrowsAsync<RecordsException>(_data.OpenAsync);
        Assert.Contains("closing record 2, was changed", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _data.Dispose();

    /// <summary>A journal of an earlier form with three closed runs and one that a crash left open; the runs newest first.</summary>
    private async Task<IReadOnlyList<RunRecord>> OlderAsync(int form)
    {
        using DataFolder now = new();
        IReadOnlyList<RunRecord> runs;
        await using (RunJournal journal = await now.OpenAsync())
        {
            for (int slot = 1; slot <= 3; slot++)
                await DataFolder.ClosedRunAsync(journal, slot, slot == 2 ? Verdict.Fail : Verdict.Pass, slot == 2 ? "no-boot" : null);
            runs = await journal.RunsAsync(new RunQuery(), Cancel);
            await journal.SetLotReferencesAsync("L1", runs[0].Id, "recipe", [("pins", "P26=Rel;1")], Cancel);
            await journal.ExpectUnitsAsync("L1", DataFolder.Hash('e'), [("18DE5019F0BE", 2)], Cancel);
            await DataFolder.RichRunAsync(journal, 4);
        }

        using DbConnection raw = _data.Raw();
        DataFolder.Sql(raw, "PRAGMA journal_mode = WAL");
        foreach (string name in typeof(RunJournal).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(form))
        {
            using StreamReader script = new(typeof(RunJournal).Assembly.GetManifestResourceStream(name)!);
            DataFolder.Sql(raw, await script.ReadToEndAsync(Cancel));
            DataFolder.Sql(raw, $"INSERT INTO schema_version VALUES ({int.Parse(name.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture)}, '2026-01-01T00:00:00.0000000Z')");
        }

        DataFolder.Sql(raw, $"ATTACH '{System.IO.Path.Combine(now.Path, "journal.db")}' AS newer");
        foreach (string table in Tables)
            DataFolder.Sql(raw, $"INSERT INTO main.{table} SELECT * FROM newer.{table} ORDER BY rowid");
        return runs;
    }
}

using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Tests.Records;

/// <summary>Laws 4 and 9: tables only grow, and a run that nobody closed is closed with the state its rows tell.</summary>
public sealed class EveryAttemptIsKeptTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_table_takes_an_update_or_a_delete()
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord run = await DataFolder.ClosedRunAsync(journal);
        await journal.KeepDocumentAsync("recipe", "cb2s-plug", DataFolder.Hash('b'), "recipe: cb2s-plug", Cancel);
        await journal.SetLotReferencesAsync("L1", run.Id, "recipe", [("pins", "P26=Rel;1")], Cancel);
        await journal.ExpectUnitsAsync("L1", DataFolder.Hash('e'), [("18DE5019F0BE", 2)], Cancel);
        using DbConnection raw = _data.Raw();
        string[] tables = Names(raw);
        Assert.Equal(16, tables.Length);
        foreach (string table in tables)
        {
            Assert.True((long)DataFolder.Sql(raw, $"SELECT count(*) FROM {table}")! > 0, $"{table} is empty, so a trigger would not fire");
            Refused(raw, $"DELETE FROM {table}", $"{table} only grows");
            Refused(raw, $"UPDATE {table} SET rowid = rowid", $"{table} only grows");
        }
    }

    [Theory]
    [InlineData("INSERT INTO step SELECT run, 99, step, verdict, reason, attempts, started_at, duration_ticks, detail FROM step LIMIT 1")]
    [InlineData("INSERT INTO measurement SELECT run, step, 99, name, value, unit, low, high, nominal_low, nominal_high, samples, samples_per_second, note FROM measurement LIMIT 1")]
    [InlineData("INSERT INTO intent SELECT run, 99, purpose, start_address, length_bytes FROM intent LIMIT 1")]
    [InlineData("INSERT INTO artifact SELECT run, 99, kind, sha256, bytes, note FROM artifact LIMIT 1")]
    [InlineData("INSERT INTO claim SELECT run, 99, name, value, source FROM claim LIMIT 1")]
    public async Task A_closed_run_takes_no_more_rows(string addition)
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        using DbConnection raw = _data.Raw();
        Refused(raw, addition, "the run is closed");
    }

    [Fact]
    public async Task A_closed_run_refuses_its_own_channel_too()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await DataFolder.RichRunAsync(journal);
        await run.CloseAsync(DataFolder.Closing(), Cancel);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => run.AddIntentAsync(new Intent("image", 0, 1), Cancel));
        Assert.Contains("the run is closed", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RecordsException>(() => run.CloseAsync(DataFolder.Closing(), Cancel));
    }

    [Fact]
    public async Task A_closing_record_out_of_turn_is_refused()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        OpenRun open = await DataFolder.RichRunAsync(journal, 2);
        using DbConnection raw = _data.Raw();
        Refused(raw, $"INSERT INTO run_closed SELECT 3, '{open.Id}', closed_at, verdict, reason, detail, remedy, state, backup_sha256, duration_ticks, short_boots, link, sha256, sha256 FROM run_closed", "must follow");
        Refused(raw, $"INSERT INTO run_closed SELECT 2, '{open.Id}', closed_at, verdict, reason, detail, remedy, state, backup_sha256, duration_ticks, short_boots, link, previous_sha256, sha256 FROM run_closed", "must follow");
    }

    [Fact]
    public async Task A_crash_leaves_an_interrupted_run_with_all_its_rows()
    {
        OpenRun run;
        await using (RunJournal crashed = await _data.OpenAsync())
            run = await DataFolder.RichRunAsync(crashed);
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord interrupted = Assert.Single(journal.Interrupted);
        Assert.Equal(run.Id, interrupted.Id);
        Assert.Equal((Verdict.Aborted, "interrupted"), (interrupted.Closing!.Verdict, interrupted.Closing.Reason));
        Assert.Equal(DataFolder.Hash('d'), interrupted.Closing.BackupSha256);
        Assert.Contains("0x020000", interrupted.Closing.Detail, StringComparison.Ordinal);
        Assert.Equal(2, interrupted.Steps.Count);
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
    }

    [Fact]
    public async Task A_run_is_closed_as_interrupted_once()
    {
        await using (RunJournal crashed = await _data.OpenAsync())
            await DataFolder.RichRunAsync(crashed);
        await using (RunJournal second = await _data.OpenAsync())
            Assert.Single(second.Interrupted);
        await using RunJournal third = await _data.OpenAsync();
        Assert.Empty(third.Interrupted);
    }

    [Theory]
    [InlineData(0, "", UnitState.Untouched)]
    [InlineData(0, "verify", UnitState.Untouched)]
    [InlineData(1, "", UnitState.Erased)]
    [InlineData(2, "", UnitState.PartlyWritten)]
    [InlineData(2, "write", UnitState.PartlyWritten)]
    [InlineData(2, "write verify", UnitState.Written)]
    [InlineData(3, "write verify boot", UnitState.Written)]
    [InlineData(3, "write verify configure", UnitState.Configured)]
    public async Task An_interrupted_run_names_what_is_in_the_unit(int intents, string passed, UnitState expected)
    {
        await using (RunJournal crashed = await _data.OpenAsync())
        {
            OpenRun run = await crashed.OpenRunAsync(DataFolder.Opening(), Cancel);
            for (int i = 0; i < intents; i++)
                await run.AddIntentAsync(new Intent("image", (uint)(i * 0x10000), 0x10000), Cancel);
            foreach (string step in passed.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                await run.AddStepAsync(DataFolder.Step(step), Cancel);
        }

        await using RunJournal journal = await _data.OpenAsync();
        Assert.Equal(expected, Assert.Single(journal.Interrupted).Closing!.State);
    }

    [Theory]
    [InlineData(0, false, UnitState.Configured)]
    [InlineData(1, false, UnitState.PartlyWritten)]
    [InlineData(1, true, UnitState.Restored)]
    public async Task A_run_cut_off_while_its_backup_goes_back_is_no_longer_configured(int restored, bool isCompared, UnitState expected)
    {
        await using (RunJournal crashed = await _data.OpenAsync())
        {
            OpenRun run = await crashed.OpenRunAsync(DataFolder.Opening(), Cancel);
            await run.AddIntentAsync(new Intent("image", 0x20000, 0x10000), Cancel);
            await run.AddStepAsync(DataFolder.Step("verify"), Cancel);
            await run.AddStepAsync(DataFolder.Step("configure"), Cancel);
            for (int i = 0; i < restored; i++)
                await run.AddIntentAsync(new Intent("restore", 0x20000, 0x10000), Cancel);
            if (isCompared)
                await run.AddClaimsAsync([new Claim("restored", "a backup", ClaimSource.Readback)], Cancel);
        }

        await using RunJournal journal = await _data.OpenAsync();
        Assert.Equal(expected, Assert.Single(journal.Interrupted).Closing!.State);
    }

    [Theory, InlineData("restore", "Give 'restore --unit 18DE5019F0BE …' again"), InlineData("cb2s-plug", "Run the unit again")]
    public async Task A_killed_restore_is_to_be_given_again_and_not_converted(string recipe, string remedy)
    {
        await using (RunJournal crashed = await _data.OpenAsync())
        {
            OpenRun run = await crashed.OpenRunAsync(DataFolder.Opening() with { Recipe = recipe }, Cancel);
            await run.IdentifyUnitAsync(DataFolder.Marks(), Cancel);
            await run.AddIntentAsync(new Intent("restore", 0x20000, 0x10000), Cancel);
        }

        await using RunJournal journal = await _data.OpenAsync();
        Assert.StartsWith(remedy, Assert.Single(journal.Interrupted).Closing!.Remedy, StringComparison.Ordinal);
    }

    [Theory, InlineData(0, UnitState.Configured), InlineData(1, UnitState.Erased), InlineData(2, UnitState.PartlyWritten)]
    public async Task A_unit_with_an_open_run_is_what_the_intents_say(int intents, UnitState expected)
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun passed = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
        await passed.IdentifyUnitAsync(DataFolder.Marks(), Cancel);
        await passed.CloseAsync(DataFolder.Closing(), Cancel);
        OpenRun open = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
        await open.IdentifyUnitAsync(DataFolder.Marks(), Cancel);
        for (int i = 0; i < intents; i++)
            await open.AddIntentAsync(new Intent("image", (uint)(i * 0x10000), 0x10000), Cancel);
        Assert.Equal(expected, Assert.Single(await journal.UnitsAsync(null, null, Cancel)).LeftState);
    }

    [Fact]
    public async Task A_verify_that_failed_does_not_make_an_interrupted_unit_written()
    {
        await using (RunJournal crashed = await _data.OpenAsync())
        {
            OpenRun run = await DataFolder.RichRunAsync(crashed);
            await run.AddStepAsync(DataFolder.Step("verify", Verdict.Fail, "crc-mismatch"), Cancel);
        }

        await using RunJournal journal = await _data.OpenAsync();
        Assert.Equal(UnitState.PartlyWritten, Assert.Single(journal.Interrupted).Closing!.State);
    }

    public void Dispose() => _data.Dispose();

    private static string[] Names(DbConnection raw) =>
        ((string)DataFolder.Sql(raw, "SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")!).Split(',');

    private static void Refused(DbConnection raw, string sql, string why)
    {
        DbException e = Assert.ThrowsAny<DbException>(() => DataFolder.Sql(raw, sql));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }
}

using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Tests.Records;

public sealed class HashChainTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_canonical_form_is_what_python_prints_with_sorted_keys()
    {
        JsonObject value = new()
        {
            ["b"] = "ä\u2028\U0001F50C\u007F\"\\\n\r\t\b\f\u0001/<",
            ["a"] = new JsonArray(1L, -9007199254740993L, null, new JsonObject()),
            ["B"] = CanonicalJson.Number(62.4),
        };
        // json.dumps({...}, sort_keys=True, separators=(",", ":"))
        Assert.Equal(
            """{"B":"62.4","a":[1,-9007199254740993,null,{}],"b":"\u00e4\u2028\ud83d\udd0c\u007f\"\\\n\r\t\b\f\u0001/<"}""", CanonicalJson.TextOf(value));
        Assert.Equal("645d919af39ed9bfb580eced35a21c80ec9971a3831f6166105d47f9d8aca2ae", CanonicalJson.Sha256Of(value));
    }

    [Theory, InlineData(62.4, "62.4"), InlineData(60, "60"), InlineData(1e-7, "1E-07"), InlineData(double.NaN, "NaN"), InlineData(double.PositiveInfinity, "Infinity")]
    public void A_measured_number_is_hashed_as_its_shortest_text(double value, string expected) => Assert.Equal(expected, CanonicalJson.Number(value));

    [Fact]
    public async Task Each_closing_record_names_the_hash_of_the_one_before()
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord first = await DataFolder.ClosedRunAsync(journal, 1);
        RunRecord second = await DataFolder.ClosedRunAsync(journal, 2);
        Assert.Equal(new string('0', 64), first.PreviousSha256);
        Assert.Equal(first.Sha256, second.PreviousSha256);
        Assert.Equal((1L, 2L), (first.Sequence!.Value, second.Sequence!.Value));
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
    }

    [Theory]
    [InlineData("UPDATE run_closed SET detail = detail || ' ' WHERE sequence = 3")]
    [InlineData("UPDATE run_closed SET state = 'written' WHERE sequence = 3")]
    [InlineData("UPDATE run_closed SET link = '{\"retries\":0}' WHERE sequence = 3")]
    [InlineData("UPDATE run_closed SET duration_ticks = duration_ticks + 1 WHERE sequence = 3")]
    [InlineData("UPDATE run_closed SET sha256 = previous_sha256 WHERE sequence = 3")]
    [InlineData("UPDATE run SET operator = 'Eve' WHERE id = (SELECT run FROM run_closed WHERE sequence = 3)")]
    [InlineData("UPDATE run_unit SET mac = '18DE5019F00F' WHERE run = (SELECT run FROM run_closed WHERE sequence = 3)")]
    [InlineData("UPDATE step SET verdict = 'FAIL' WHERE number = 1 AND run = (SELECT run FROM run_closed WHERE sequence = 3)")]
    [InlineData("UPDATE step SET verdict = 'nonsense' WHERE number = 1 AND run = (SELECT run FROM run_closed WHERE sequence = 3)")]
    [InlineData("UPDATE measurement SET high = 111 WHERE name = 'current-mean' AND step = 2 AND run = (SELECT run FROM run_closed WHERE sequence = 3)")]
    [InlineData("UPDATE intent SET start_address = 0 WHERE number = 1 AND run = (SELECT run FROM run_closed WHERE sequence = 3)")]
    [InlineData("UPDATE artifact SET sha256 = 'ff' WHERE run = (SELECT run FROM run_closed WHERE sequence = 3)")]
    [InlineData("DELETE FROM claim WHERE number = 2 AND run = (SELECT run FROM run_closed WHERE sequence = 3)")]
    [InlineData("DELETE FROM run_closed WHERE sequence = 3")]
    [InlineData("UPDATE run SET number = 99 WHERE id = (SELECT run FROM run_closed WHERE sequence = 3)")]
    public async Task A_changed_row_breaks_the_chain_at_its_own_record(string harm)
    {
        await using RunJournal journal = await _data.OpenAsync();
        for (int slot = 1; slot <= 5; slot++)
            await DataFolder.ClosedRunAsync(journal, slot);
        using (DbConnection raw = _data.Raw())
        {
            DataFolder.DropTriggers(raw);
            DataFolder.Sql(raw, "PRAGMA ignore_check_constraints = ON");
            DataFolder.Sql(raw, harm);
        }

        string? found = (await journal.ChainAsync(Cancel)).Break;
        Assert.NotNull(found);
        Assert.Contains("closing record 3", found, StringComparison.Ordinal);
    }

    [Theory, InlineData(1), InlineData(3), InlineData(5)]
    public async Task Nothing_is_told_from_a_forged_verdict_and_what_is_good_is_named(int forged)
    {
        await using RunJournal journal = await _data.OpenAsync();
        List<RunRecord> runs = [];
        for (int slot = 1; slot <= 5; slot++)
            runs.Add(await DataFolder.ClosedRunAsync(journal, slot));
        Harm($"UPDATE run_closed SET verdict = 'FAIL', reason = 'no-boot' WHERE sequence = {forged}");
        await using RunJournal reader = await RunJournal.OpenForReadingAsync(_data.Path, _data.Clock, Cancel);
        string mac = $"18DE5019F{forged:X3}";
        RecordsException check = await Assert.ThrowsAsync<RecordsException>(() => reader.RequireChainAsync(Cancel));
        Assert.Contains(forged == 1 ? "no closing record" : $"closing records 1 to {forged - 1} are good", check.Message, StringComparison.Ordinal);
        RecordsException[] told =
        [
            check,
            await Assert.ThrowsAsync<RecordsException>(() => LotReport.ReadAsync(reader, "L1", Cancel)),
            await Assert.ThrowsAsync<RecordsException>(() => reader.RunsAsync(new RunQuery(Lot: "L1"), Cancel)),
            await Assert.ThrowsAsync<RecordsException>(() => reader.RunsAsync(new RunQuery(Mac: mac), Cancel)),
            await Assert.ThrowsAsync<RecordsException>(() => reader.UnitsAsync(null, null, Cancel)),
            await Assert.ThrowsAsync<RecordsException>(() => reader.BackupsAsync(mac, Cancel)),
            await Assert.ThrowsAsync<RecordsException>(() => reader.LastClosedAsync("bench-4", forged, Cancel)),
            await Assert.ThrowsAsync<RecordsException>(() => reader.RunsAsync(new RunQuery(Unit: runs[forged - 1].UnitId, ClosedOnly: true), Cancel)),
            await Assert.ThrowsAsync<RecordsException>(() => reader.RunAsync(forged, Cancel)),
            await Assert.ThrowsAsync<RecordsException>(() => reader.RunsBeginningAsync(runs[forged - 1].Id.ToString(), 5, Cancel)),
        ];
        Assert.All(told, e =>
        {
            Assert.Contains($"closing record {forged}, was changed", e.Message, StringComparison.Ordinal);
            Assert.NotEmpty(e.Remedy);
        });
        Func<Task>[] counting =
            [
                () => reader.LotsAsync(Cancel), () => reader.LotAsync("L1", Cancel), () => reader.CountsAsync("L1", Cancel),
                () => reader.UnusedUnitsAsync("L1", Cancel),
            ];
        foreach (Func<Task> counts in counting)
            Assert.Contains($"closing record {forged}, has another verdict", (await Assert.ThrowsAsync<RecordsException>(counts)).Message, StringComparison.Ordinal);
        // Other runs are still told.
        Assert.Single(await reader.RunsAsync(new RunQuery(Mac: $"18DE5019F{forged % 5 + 1:X3}"), Cancel));
    }

    [Fact]
    public async Task A_row_is_not_used_by_a_MAC_that_the_ledger_does_not_have()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        Assert.Empty(await journal.UnusedUnitsAsync("L1", Cancel));
        Harm("UPDATE run_unit SET mac = '18DE5019FFFF'");
        Assert.Contains(
            "lot or MAC", (await Assert.ThrowsAsync<RecordsException>(() => journal.UnusedUnitsAsync("L1", Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closing_record_that_hashes_well_and_is_not_the_one_of_the_ledger_is_noticed()
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord run = await DataFolder.ClosedRunAsync(journal);
        RunRecord forged = run with { Closing = run.Closing! with { Detail = "every step passed twice" } };
        Harm($"UPDATE run_closed SET detail = 'every step passed twice', sha256 = '{ClosingForm.Sha256Of(forged)}'");
        RecordsException told = await Assert.ThrowsAsync<RecordsException>(() => journal.RunsAsync(new RunQuery(), Cancel));
        Assert.Contains("the ledger says", told.Message, StringComparison.Ordinal);
        Assert.Contains("the ledger says", (await journal.ChainAsync(Cancel)).Break, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_chain_says_how_long_it_is_and_how_it_ends()
    {
        await using RunJournal journal = await _data.OpenAsync();
        Assert.Equal((0L, new string('0', 64)), ((await journal.RequireChainAsync(Cancel)).Records, (await journal.ChainAsync(Cancel)).HeadSha256));
        await DataFolder.ClosedRunAsync(journal, 1);
        RunRecord last = await DataFolder.ClosedRunAsync(journal, 2);
        await DataFolder.RichRunAsync(journal, 3);
        ChainState chain = await journal.RequireChainAsync(Cancel);
        Assert.Equal((2L, last.Sha256, 1L), (chain.Records, chain.HeadSha256, chain.OpenRuns));
        Assert.Equal([$"jig {DataFolder.Hash('a')}", $"recipe {DataFolder.Hash('b')}"], chain.MissingDocuments);
    }

    [Fact]
    public async Task A_run_that_is_taken_away_before_it_was_closed_leaves_a_gap()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1);
        await journal.OpenRunAsync(DataFolder.Opening(2), Cancel);
        await DataFolder.ClosedRunAsync(journal, 3);
        Harm("DELETE FROM run WHERE number = 2");
        Assert.Equal("a run is missing before run number 3", (await journal.ChainAsync(Cancel)).Break);
    }

    [Fact]
    public async Task A_changed_recipe_text_breaks_the_chain()
    {
        await using RunJournal journal = await _data.OpenAsync();
        string hash = Convert.ToHexStringLower(SHA256.HashData("mean: [45, 110]"u8));
        await journal.KeepDocumentAsync("recipe", "cb2s-plug", hash, "mean: [45, 110]", Cancel);
        Assert.Equal(1, (await journal.RequireChainAsync(Cancel)).Documents);
        Harm("UPDATE document SET text = 'mean: [0, 999]'");
        string? found = (await journal.ChainAsync(Cancel)).Break;
        Assert.Contains(hash, found, StringComparison.Ordinal);
        Assert.Contains("recipe cb2s-plug", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE lot SET opened_at = '2020-01-01T00:00:00.0000000Z'")]
    [InlineData("UPDATE lot SET recipe_revision = 9")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM lot")]
    public async Task A_changed_opening_of_a_lot_breaks_the_chain(string harm)
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        Harm(harm);
        Assert.Contains("closing record 1", (await journal.ChainAsync(Cancel)).Break, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sequence_has_no_gap_when_sixteen_channels_close_at_once()
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord[] closed = await Task.WhenAll(Enumerable.Range(1, 16).Select(slot => Task.Run(() => DataFolder.ClosedRunAsync(journal, slot))));
        Assert.Equal(Enumerable.Range(1, 16).Select(n => (long?)n), closed.Select(run => run.Sequence).Order());
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
    }

    public void Dispose() => _data.Dispose();

    private void Harm(string sql)
    {
        using DbConnection raw = _data.Raw();
        DataFolder.DropTriggers(raw);
        DataFolder.Sql(raw, "PRAGMA foreign_keys = OFF");
        DataFolder.Sql(raw, sql);
    }
}

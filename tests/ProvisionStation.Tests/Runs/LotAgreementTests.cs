using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Records;

namespace ProvisionStation.Tests.Runs;

/// <summary>What the units of a lot share, on a real journal.</summary>
public sealed class LotAgreementTests : IDisposable
{
    private readonly DataFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_the_first_unit_set_stays_whatever_a_later_one_shows()
    {
        await using RunJournal journal = await _folder.OpenAsync();
        OpenRun first = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
        OpenRun second = await journal.OpenRunAsync(DataFolder.Opening(slot: 2), Cancel);
        using LotAgreement lot = Agreement(journal);
        Assert.Equal("a", (await lot.SetAsync(first.Id, "recipe", [("pins", "a")], Cancel))["pins"]);
        IReadOnlyDictionary<string, string> now = await lot.SetAsync(second.Id, "recipe", [("pins", "b"), ("chip", "N")], Cancel);
        Assert.Equal(("a", "N"), (now["pins"], now["chip"]));
        Assert.Equal(now, await Agreement(journal).ReadAsync(Cancel));
        Assert.Empty(await new LotAgreement(journal, "L2", Nobody, false).ReadAsync(Cancel));
    }

    [Fact]
    public async Task An_approval_is_still_there_after_a_restart()
    {
        await using (RunJournal journal = await _folder.OpenAsync())
        {
            OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
            await Agreement(journal).SetAsync(run.Id, "a person at the station", [("pins", "P26=Rel;1")], Cancel);
        }

        await using RunJournal again = await _folder.OpenAsync();
        LotReference kept = Assert.Single(await again.LotReferencesAsync("L1", Cancel));
        Assert.Equal(("pins", "P26=Rel;1", "a person at the station"), (kept.Part, kept.Value, kept.Approval));
    }

    [Fact]
    public async Task What_a_person_approved_is_a_fact()
    {
        await using RunJournal journal = await _folder.OpenAsync();
        OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
        await Agreement(journal).OverrideAsync(run.Id, "a person at the station", run.Operator, "P26=Rel;1", Cancel);
        RecordedFact fact = Assert.Single(await journal.FactsAsync(FactKinds.Override, "L1", Cancel));
        Assert.Equal(("first article", "a person at the station", "Ada", "P26=Rel;1", run.Id.ToString()), (fact.Fact["what"], fact.Fact["by"], fact.Fact["operator"], fact.Fact["pins"], fact.Fact["run"]));
    }

    [Theory]
    [InlineData("UPDATE lot_reference SET value = 'P26=Btn;1'")]
    [InlineData("UPDATE lot_reference SET approval = 'recipe'")]
    [InlineData("DELETE FROM lot_reference")]
    [InlineData("INSERT INTO lot_reference SELECT lot, 'loader', value, run, approval, set_at FROM lot_reference")]
    public async Task A_map_that_was_changed_behind_the_stations_back_is_compared_with_no_unit(string harm)
    {
        await using RunJournal journal = await _folder.OpenAsync();
        OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
        using LotAgreement lot = Agreement(journal);
        await lot.SetAsync(run.Id, "a person at the station", [("pins", "P26=Rel;1")], Cancel);
        using (DbConnection raw = _folder.Raw())
        {
            DataFolder.DropTriggers(raw);
            DataFolder.Sql(raw, harm);
        }

        Assert.Contains("lot L1", (await Assert.ThrowsAsync<RecordsException>(() => lot.ReadAsync(Cancel))).Message, StringComparison.Ordinal);
        Assert.Contains("lot L1", (await journal.ChainAsync(Cancel)).Break, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_is_used_once_by_the_unit_that_passed()
    {
        await using RunJournal journal = await _folder.OpenAsync();
        await journal.OpenLotAsync("L1", "cb2s-plug", 2, DataFolder.Hash('b'), Cancel);
        await journal.ExpectUnitsAsync("L1", DataFolder.Hash('e'), [("18DE5019F0BE", 2), ("18DE5019F0BF", 3)], Cancel);
        await journal.ExpectUnitsAsync("L1", DataFolder.Hash('e'), [("18DE5019F0BE", 2), ("18DE5019F0BF", 3)], Cancel);
        using LotAgreement lot = Agreement(journal);
        Guid failed = await RunAsync(journal, lot, "rf-1", Verdict.Fail);
        Assert.Equal(["18DE5019F0BE", "18DE5019F0BF"], await journal.UnusedUnitsAsync("L1", Cancel));
        Guid passed = await RunAsync(journal, lot, "rf-2", Verdict.Pass);
        Assert.NotEqual(failed, passed);
        Assert.Equal(["18DE5019F0BF"], await journal.UnusedUnitsAsync("L1", Cancel));
        Assert.Null(await lot.TakeRowAsync("18DE5019F0BE", passed, Cancel));
        lot.ReleaseRow("18DE5019F0BE", passed);
        Assert.Contains("same MAC", await lot.TakeRowAsync("18DE5019F0BE", failed, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_units_with_one_MAC_do_not_share_a_row_at_the_same_time()
    {
        await using RunJournal journal = await _folder.OpenAsync();
        using LotAgreement lot = Agreement(journal);
        (Guid one, Guid other) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.Null(await lot.TakeRowAsync("18DE5019F0BE", one, Cancel));
        Assert.Contains("another slot", await lot.TakeRowAsync("18DE5019F0BE", other, Cancel), StringComparison.Ordinal);
        lot.ReleaseRow("18DE5019F0BE", other);
        Assert.NotNull(await lot.TakeRowAsync("18DE5019F0BE", other, Cancel));
        lot.ReleaseRow("18DE5019F0BE", one);
        Assert.Null(await lot.TakeRowAsync("18DE5019F0BE", other, Cancel));
    }

    private static async Task<Guid> RunAsync(RunJournal journal, LotAgreement lot, string rf, Verdict verdict)
    {
        OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
        Guid unit = await run.IdentifyUnitAsync(DataFolder.Marks(rf: rf), Cancel);
        Assert.Null(await lot.TakeRowAsync("18DE5019F0BE", unit, Cancel));
        await run.CloseAsync(DataFolder.Closing(verdict, verdict == Verdict.Pass ? null : "no-boot"), Cancel);
        lot.ReleaseRow("18DE5019F0BE", unit);
        return unit;
    }

    private static LotAgreement Agreement(RunJournal journal) => new(journal, "L1", Nobody, false);

    private static Task<bool?> Nobody(string question, CancellationToken cancel) => Task.FromResult<bool?>(null);
}

using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Tests.Records;

/// <summary>A lot is closed once, with what it leaves over told and excused, and takes no further unit.</summary>
public sealed class LotClosingTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lot_whose_units_all_passed_is_closed_and_takes_no_further_unit()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal);
        ClosedLot closed = await journal.CloseLotAsync("L1", "Ada", null, Cancel);
        Assert.Equal((1, 0, 0), (closed.Counts.Pass, closed.NotPassed, closed.UnusedUnits.Count));
        Assert.Equal((FactKinds.LotClosed, "L1", "Ada"), (closed.Recorded!.Kind, closed.Recorded.Subject, closed.Recorded.Fact["operator"]));
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => journal.OpenRunAsync(DataFolder.Opening(), Cancel));
        Assert.True(e.IsWrongUse);
        Assert.Contains("closed by Ada", e.Message, StringComparison.Ordinal);
        Assert.Null((await journal.ChainAsync(Cancel)).Break);
    }

    [Fact]
    public async Task Rows_that_no_unit_used_are_reported_and_need_a_reason()
    {
        await using RunJournal journal = await _data.OpenAsync();
        RunRecord run = await DataFolder.ClosedRunAsync(journal);
        await journal.ExpectUnitsAsync("L1", DataFolder.Hash('e'), [(run.Marks!.Mac!, 2), ("AABBCCDDEE01", 3), ("AABBCCDDEE02", 4)], Cancel);
        ClosedLot looked = await journal.CloseLotAsync("L1", "Ada", null, Cancel);
        Assert.Null(looked.Recorded);
        Assert.Equal(["AABBCCDDEE01", "AABBCCDDEE02"], looked.UnusedUnits);
        Assert.Null(await journal.LotClosedAsync("L1", Cancel));
        ClosedLot closed = await journal.CloseLotAsync("L1", "Ada", "two plugs never came", Cancel);
        Assert.Equal(("AABBCCDDEE01 AABBCCDDEE02", "two plugs never came"), (closed.Recorded!.Fact["unusedUnits"], closed.Recorded.Fact["reason"]));
    }

    [Fact]
    public async Task A_unit_that_did_not_pass_needs_a_reason_and_one_that_passed_later_does_not()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1, Verdict.Fail, "no-boot");
        Assert.Equal(1, (await journal.CloseLotAsync("L1", "Ada", " ", Cancel)).NotPassed);
        await DataFolder.ClosedRunAsync(journal);
        Assert.Equal(0, (await journal.CloseLotAsync("L1", "Ada", null, Cancel)).NotPassed);
        Assert.NotNull(await journal.LotClosedAsync("L1", Cancel));
    }

    [Fact]
    public async Task A_lot_is_not_closed_twice_nor_with_a_run_in_progress_nor_where_there_is_none()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun open = await DataFolder.RichRunAsync(journal);
        Assert.Contains("in progress", (await RefusedAsync(journal, "L1")).Message, StringComparison.Ordinal);
        await open.CloseAsync(DataFolder.Closing(), Cancel);
        await journal.CloseLotAsync("L1", "Ada", "anyway", Cancel);
        Assert.Contains("was closed by Ada", (await RefusedAsync(journal, "L1")).Message, StringComparison.Ordinal);
        Assert.Contains("there is no lot", (await RefusedAsync(journal, "L2")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _data.Dispose();

    private static Task<RecordsException> RefusedAsync(RunJournal journal, string lot) =>
        Assert.ThrowsAsync<RecordsException>(() => journal.CloseLotAsync(lot, "Ada", "anyway", Cancel));
}

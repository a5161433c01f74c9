using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Tests.Records;

/// <summary>What the journal tells of a unit that is in a slot now.</summary>
public sealed class UnitHistoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_closed_runs_of_that_unit_are_told_newest_first()
    {
        using DataFolder data = new();
        await using RunJournal journal = await data.OpenAsync();
        RunRecord first = await DataFolder.ClosedRunAsync(journal, 1, Verdict.Error, "link-lost");
        await DataFolder.ClosedRunAsync(journal, 2);
        RunRecord second = await DataFolder.ClosedRunAsync(journal, 1);
        await DataFolder.RichRunAsync(journal, 1); // in progress
        IReadOnlyList<RunRecord> runs = await journal.RunsAsync(new RunQuery(Unit: first.UnitId, ClosedOnly: true), Cancel);
        Assert.Equal([second.Id, first.Id], runs.Select(run => run.Id));
        Assert.Single(await journal.RunsAsync(new RunQuery(Unit: first.UnitId, ClosedOnly: true, Most: 1), Cancel));
    }

    [Theory]
    [InlineData("rf", "1560EB", "default", "BK7231N", "00007231", true)]
    [InlineData("same", "1540C8", "default", "BK7231N", "00007231", true)]
    [InlineData("same", "1560EB", "zero", "BK7231N", "00007231", true)]
    [InlineData("same", "1560EB", "default", "BK7231M", "00007231", true)]
    [InlineData("same", "1560EB", "default", "BK7231N", "00007238", true)]
    [InlineData("same", "1560EB", "default", "BK7231N", null, false)]
    [InlineData("same", null, "default", "BK7231N", "00007231", false)]
    [InlineData("same", "1560EB", null, "BK7231N", "00007231", false)]
    [InlineData("same", "1560EB", "default", null, "00007231", false)]
    [InlineData("same", "1560EB", "default", "BK7231N", "00007231", false)]
    public async Task Only_a_mark_that_both_runs_could_read_proves_another_unit(string rf, string? flash, string? key, string? chip, string? chipId, bool isOther)
    {
        using DataFolder data = new();
        await using RunJournal journal = await data.OpenAsync();
        UnitMarks before = DataFolder.Marks(rf: "same");
        OpenRun old = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
        Guid first = await old.IdentifyUnitAsync(before, Cancel);
        await old.AddArtifactAsync(new Artifact("backup", DataFolder.Hash('d'), 2 << 20), Cancel);
        OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(2), Cancel);
        UnitMarks now = before with { RfSha256 = rf, FlashId = flash, KeyClass = key, Chip = chip, ChipId = chipId };
        Guid unit = await run.IdentifyUnitAsync(now, Cancel);
        SameMac? found = await journal.SameMacAsync(unit, now, Cancel);
        Assert.Equal(isOther, unit != first);
        Assert.Equal(isOther ? old.Id : null, found?.Run);
    }

    [Fact]
    public async Task A_MAC_is_found_by_index_and_so_is_a_unit()
    {
        using DataFolder data = new();
        await using RunJournal journal = await data.OpenAsync();
        using DbConnection raw = data.Raw();
        using DbCommand command = raw.CreateCommand();
        string sql = UnitHistory.SameMacSql;
        foreach (string name in new[] { "@Mac", "@unit", "@ChipId", "@Chip", "@FlashId", "@KeyClass", "@RfSha256" })
            sql = sql.Replace(name, "'x'", StringComparison.Ordinal);
#pragma warning disable CA2100 // The journal's own words.
        command.CommandText = "EXPLAIN QUERY PLAN " + sql;
#pragma warning restore CA2100
        List<string> plan = [];
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
            plan.Add(reader.GetString(3));
        Assert.Contains("SEARCH u USING INDEX run_unit_mac (mac=?)", plan);
        Assert.DoesNotContain(plan, line => line.StartsWith("SCAN", StringComparison.Ordinal) && line != "SCAN CONSTANT ROW");
    }
}

using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Live;

/// <summary>What persons decided about units and runs, beside what the runs themselves tell.</summary>
internal static class FactLines
{
    /// <summary>Overrides of these runs, overrides and dispositions of their units, oldest first.</summary>
    public static async Task<IReadOnlyList<RecordedFact>> FindAsync(RunJournal journal, IReadOnlyList<RunRecord> runs, CancellationToken cancel)
    {
        HashSet<string> ids = [.. runs.Select(run => run.Id.ToString())];
        List<RecordedFact> facts = [];
        foreach (string lot in runs.Select(run => run.Opening.Lot).Distinct())
            facts.AddRange((await journal.FactsAsync(FactKinds.Override, lot, cancel)).Where(fact => fact.Fact["run"] is { } run && ids.Contains(run)));
        foreach (Guid unit in runs.Select(run => run.UnitId).OfType<Guid>().Distinct())
        {
            facts.AddRange(await journal.FactsAsync(FactKinds.Override, unit.ToString(), cancel));
            facts.AddRange(await journal.FactsAsync(FactKinds.Disposition, unit.ToString(), cancel));
        }

        return [.. facts.DistinctBy(fact => fact.Sequence).OrderBy(fact => fact.Sequence)];
    }

    /// <summary>One line; what comes from persons is not made printable yet.</summary>
    public static string Of(RecordedFact fact)
    {
        string who = fact.Fact["operator"] ?? fact.Fact["by"] ?? "somebody";
        string what = fact.Kind == FactKinds.Disposition ? $"unit {fact.Subject}  {fact.Fact["as"]} by {who}" : $"override: {fact.Fact["what"]} by {who}";
        string backup = fact.Fact["backupUnit"] is { } unit ? $", backup of unit {unit}, MAC {fact.Fact["backupMac"] ?? "not readable"}" : "";
        string copy = fact.Fact["copy"] is { } kind ? $", {kind}" : "";
        string why = fact.Fact["reason"] is { } reason ? $": {reason}" : "";
        return $"{fact.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC  {what}{backup}{copy}{why} (fact {fact.Sequence})";
    }
}

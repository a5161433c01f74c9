using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Runs.Channels;

/// <summary>What the ledger says of a slot: taken out of work for too much current, and put to work again.</summary>
internal static class SlotFacts
{
    /// <summary>The slot stays off until the station is started again.</summary>
    public static Task DisabledAsync(RunJournal journal, RunRecord run, CancellationToken cancel) => journal.RecordFactAsync(
        new LedgerFact(FactKinds.SlotDisabled, Subject(run.Opening.Jig, run.Opening.Slot), new Dictionary<string, string?>
        {
            ["run"] = run.Id.ToString(),
            ["reason"] = run.Closing?.Reason,
            ["detail"] = run.Closing?.Detail,
        }),
        cancel);

    /// <summary>A start puts a slot to work that an earlier one had taken out.</summary>
    public static async Task EnabledByStartAsync(RunJournal journal, string jig, int slot, string? operatorName, CancellationToken cancel)
    {
        string subject = Subject(jig, slot);
        IReadOnlyList<RecordedFact> disabled = await journal.FactsAsync(FactKinds.SlotDisabled, subject, cancel);
        if (disabled.Count == 0)
            return;
        IReadOnlyList<RecordedFact> enabled = await journal.FactsAsync(FactKinds.SlotEnabled, subject, cancel);
        if (enabled is not [.., var last] || last.Sequence < disabled[^1].Sequence)
            await journal.RecordFactAsync(
                new LedgerFact(FactKinds.SlotEnabled, subject, new Dictionary<string, string?> { ["by"] = "a start of the station", ["operator"] = operatorName }), cancel);
    }

    private static string Subject(string jig, int slot) => $"{jig} slot {slot}";
}

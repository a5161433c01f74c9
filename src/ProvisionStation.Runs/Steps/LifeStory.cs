using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>What the station has already done with a unit, and what that means for the run that begins. A value.</summary>
/// <param name="Closed">The unit's closed runs, newest first.</param>
/// <param name="Decision">What a person decided about it last; null: nothing.</param>
public sealed record LifeStory(IReadOnlyList<RunRecord> Closed, Disposition? Decision)
{
    private const int MostRuns = 1000;
    private const int MostTold = 8;

    /// <summary>Fetches the story of a unit.</summary>
    public static async Task<LifeStory> ReadAsync(RunJournal journal, Guid unit, CancellationToken cancel)
    {
        LifeStory story = new(await journal.RunsAsync(new RunQuery(Unit: unit, ClosedOnly: true, Most: MostRuns), cancel),
            await journal.DispositionAsync(unit, cancel))
        {
            OriginalBackupSha256 = (await journal.BackupsOfAsync(unit, cancel)).FirstOrDefault(backup => backup.IsOriginal)?.Sha256,
        };
        // A run that is older than the ledger has no fact: every decision came after it.
        return story is { Decision: not null, Judged: { } judged }
            && await journal.FactsAsync(FactKinds.RunClosed, judged.Id.ToString(), cancel) is [.., var closed]
            ? story with { JudgedFact = closed.Sequence }
            : story;
    }

    /// <summary>The unit's original backup; null where there is none.</summary>
    public string? OriginalBackupSha256 { get; init; }

    /// <summary>The ledger's number of the fact that the run was closed which last judged or changed the unit: clocks may jump, so only numbers tell
    /// whether a decision came later. 0 where it is older than the ledger.</summary>
    public long JudgedFact { get; init; }

    /// <summary>1 for the unit's first run.</summary>
    public int Attempt => Closed.Count + 1;

    /// <summary>How often the unit was converted before. A backup that went back was a PASS of another kind.</summary>
    public int Rework => Closed.Count(run => run.Closing!.Verdict == Verdict.Pass && !run.Steps.Any(step => step.Step == RecipeSteps.Restore));

    /// <summary>Short boots are the unit's, not the run's: those of earlier runs count on, back to the last PASS, which ended with a complete boot.</summary>
    public int ShortBoots => Closed.Select(run => run.Closing!).TakeWhile(closing => closing.Verdict != Verdict.Pass).Sum(closing => closing.ShortBoots);

    /// <summary>What earlier runs left in the unit: the state of the last one that changed it.</summary>
    public UnitState LeftState => Closed.Select(run => run.Closing!.State).FirstOrDefault(state => state != UnitState.Untouched);

    /// <summary>The write that was cut off; null where there is none.</summary>
    public InterruptedWrite? Interrupted => InterruptedWrite.Of(Closed, OriginalBackupSha256);

    /// <summary>The verdicts so far, newest first, for example <c>FAIL no-boot (lot L1, slot 2)</c>; empty for a new unit.</summary>
    public string EarlierVerdicts =>
        string.Join(", ", Closed.Take(MostTold).Select(Told)) + (Closed.Count > MostTold ? $", and {Closed.Count - MostTold} more" : "");

    /// <summary>For the operator, behind what was identified; empty for a new unit.</summary>
    public string Text => Closed.Count == 0 ? "" : $"; {(Rework > 0 ? $"rework {Rework}" : $"attempt {Attempt}")}, before: {EarlierVerdicts}";

    /// <summary>The run in which the unit passed in a lot, as far as that still stands.</summary>
    /// <remarks>Runs that ended as ERROR or ABORTED before they touched the unit say nothing about it. A FAIL, a write and a person's decision for a
    /// retest or rework end a PASS.</remarks>
    public RunRecord? StandingPass(string lot)
    {
        RunRecord? judged = Judged;
        bool passed = judged is { Closing.Verdict: Verdict.Pass } && judged.Opening.Lot == lot;
        bool isToBeDoneAgain = Decision is { Word: "retest" or "rework" or "restore" } && Decision.Sequence > JudgedFact;
        return passed && !isToBeDoneAgain ? judged : null;
    }

    private RunRecord? Judged => Closed.FirstOrDefault(run => !(run.Closing is { State: UnitState.Untouched, Verdict: Verdict.Error or Verdict.Aborted }));

    private static string Told(RunRecord run) =>
        $"{RecordText.Of(run.Closing!.Verdict)}{(run.Closing.Reason is { } reason ? " " + reason : "")} (lot {run.Opening.Lot}, slot {run.Opening.Slot})";
}

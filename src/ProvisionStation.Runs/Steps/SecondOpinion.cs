using ProvisionStation.Beken.Obk;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Every byte was right and the unit is dead: is it the image or the unit? Compares the whole flash, writes the unit's own backup back, compares again
/// before the first boot, boots it, and says whether it lives as it did before.</summary>
/// <remarks>Once per unit, where the recipe says <c>diagnose: true</c>. It never changes the run's verdict: whatever goes wrong here, the FAIL stays.</remarks>
internal sealed class SecondOpinion(string reason) : IStep
{
    /// <summary>The claim with the finding.</summary>
    public const string ClaimName = "second-opinion";

    /// <summary>The unit lives with its own firmware.</summary>
    public const string ImageOrRecipe = "image-or-recipe";

    /// <summary>The unit does not live with its own firmware either.</summary>
    public const string UnitOrSupply = "unit-or-supply";

    /// <summary>Neither could be seen.</summary>
    public const string CannotTell = "cannot-tell";

    private const int EarlierRuns = 1000;

    private static readonly HashSet<string> Reasons = ["no-boot", "stalled-boot", "boot-loop"];

    /// <inheritdoc />
    public string Name => RecipeSteps.Diagnose;

    /// <summary>What was found; null until it is known.</summary>
    public string? Finding { get; private set; }

    /// <summary>The finding in a few words, for the run's own sentence.</summary>
    public string Summary { get; private set; } = CannotTell;

    /// <summary>What the operator does next.</summary>
    public string Remedy => Finding switch
    {
        ImageOrRecipe => "The image or the recipe is to blame, not the unit: check the recipe's image, pins and limits before more units are converted; this unit holds its own firmware again.",
        UnitOrSupply => "The unit or its supply is to blame: try it once in another slot, then replace the module.",
        _ => "Look at the step 'diagnose' of its record; try the unit once in another slot, then put it in the red box.",
    };

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(60) + run.Recipe.Boot.Limit + run.Recipe.Boot.Alone + run.Recipe.Current.Window;

    /// <summary>True where the recipe asks for it, the unit died of what it is meant for, and it never had one before.</summary>
    /// <exception cref="RecordsException">Its earlier runs cannot be read.</exception>
    public static async Task<bool> IsWantedAsync(ActiveRun run, string? reason, CancellationToken cancel)
    {
        if (!run.Recipe.Diagnoses || !IsMeantFor(reason, run.State, run.Application.Log)
            || run is not { RfSector: not null, BackupIsTrusted: true, UnitId: { } unit })
            return false;
        IReadOnlyList<RunRecord> earlier = await run.Journal.RunsAsync(new RunQuery(Unit: unit, Most: EarlierRuns), cancel);
        return !earlier.SelectMany(one => one.Steps).Any(step => step.Step == RecipeSteps.Diagnose && step.Verdict is Verdict.Pass or Verdict.Fail);
    }

    /// <summary>Not for safe mode: that is an application that lives, after too many starts that were cut off.</summary>
    internal static bool IsMeantFor(string? reason, UnitState state, ObkBootLog? log) =>
        reason is not null && Reasons.Contains(reason) && state is (UnitState.Written or UnitState.Configured) && log is not { SafeMode: true };

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        try
        {
            return await LookAsync(run, cancel);
        }
        finally
        {
            // Whatever ended it: the record says that there was one, and what came of it.
            await run.ClaimAsync(ClaimName, Finding ?? CannotTell, ClaimSource.Derived, CancellationToken.None);
        }
    }

    private async Task<StepOutcome> LookAsync(ActiveRun run, CancellationToken cancel)
    {
        if (!run.Current.CanMeasure && run.Bench.Log is null)
            return StepOutcome.Pass("cannot tell: the slot has neither a meter nor a log, so nothing was written back");
        // The runner has just asked who is in the slot; where it got an answer, its session goes on.
        if (run.Bus is not { HasSession: true, Session.Identity: not null })
        {
            (StepOutcome? stranger, _) = await SameUnit.LinkAsync(run, cancel);
            if (stranger is not null)
                return stranger;
        }

        // A look stays at the loader's own bit rate; the whole flash goes over the line three times from here on.
        await run.Bus.Session.IdentifyAsync(cancel);
        byte[] now = await WriteBack.ReadAllAsync(run, Name, cancel);
        IReadOnlyList<FlashDifference> differences = FlashComparison.Differences(run, now);
        await run.Record.AddClaimsAsync(FlashComparison.Claims(run, differences), cancel);
        string compared = differences.Count == 0
            ? $"all {now.Length} bytes are as image, configuration and backup"
            : $"{differences.Count} parts of the flash differ: {string.Join("; ", differences.Select(one => one.Text))}";

        UnitBackup original = await WriteBack.OriginalOfAsync(run, cancel) ?? throw new InvalidOperationException("a trusted backup that the journal does not name");
        byte[] backup = await run.Vault.ReadAsync(original.Sha256, cancel);
        if (backup.Length != now.Length)
            return StepOutcome.Pass($"cannot tell: {compared}; its original backup has {backup.Length} bytes, so nothing was written back");
        StepOutcome written = await WriteBack.RestoreAsync(run, now, backup, cancel);
        if (written.Passed)
            written = await WriteBack.CompareAsync(run, backup, original.Sha256, cancel);
        return written.Passed ? await BootAsync(run, compared, cancel) : Broken(compared, written);
    }

    /// <summary>A flash that does not take its own content back is the unit's fault.</summary>
    private StepOutcome Broken(string compared, StepOutcome written)
    {
        (Finding, Summary) = (UnitOrSupply, $"{UnitOrSupply}, it does not take its own firmware back");
        return written with { Detail = $"{compared}; its backup could not be written back: {written.Detail}", Remedy = Remedy };
    }

    private async Task<StepOutcome> BootAsync(ActiveRun run, string compared, CancellationToken cancel)
    {
        await run.ClaimAsync(
            "current-before", "not measured: the vendor's firmware is never started before it is backed up and replaced", ClaimSource.NotDone, cancel);
        BackupBoot boot = await BackupBoot.WatchAsync(run, cancel);
        await run.Record.AddClaimsAsync(boot.Claims(), cancel);
        (Finding, Summary) = boot.Lives switch
        {
            true => (ImageOrRecipe, $"{ImageOrRecipe}, it lives with its own firmware back"),
            false => (UnitOrSupply, $"{UnitOrSupply}, it does not live with its own firmware either"),
            null => (CannotTell, $"{CannotTell}, its own firmware is back"),
        };
        string before = $"{compared}; its own backup was written back and compared";
        Measurement[] measured = boot.Measured("current-restored");
        return Finding switch
        {
            ImageOrRecipe => StepOutcome.Pass($"image or recipe, not the unit: {before}, and it lives with it: {boot.Text}", measured),
            UnitOrSupply => StepOutcome.Fail(reason, $"unit or its supply: {before}, and it does not live with it either: {boot.Text}", Remedy, measured),
            _ => StepOutcome.Pass($"cannot tell: {before}, but whether it lives with it cannot be seen: {boot.Text}", measured),
        };
    }
}

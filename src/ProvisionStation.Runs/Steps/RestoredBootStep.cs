using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Starts the restored unit once and records what is seen. It judges nothing: a PASS is the comparison, and vendor firmware says nowhere that
/// its boot is complete.</summary>
public sealed class RestoredBootStep : IStep
{
    /// <summary>The claim that says whether the unit was seen to live.</summary>
    public const string ClaimName = "restored-boot";

    /// <inheritdoc />
    public string Name => RecipeSteps.Boot;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => run.Recipe.Boot.Limit + run.Recipe.Boot.Alone + run.Recipe.Current.Window + TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        if (!run.Current.CanMeasure && run.Bench.Log is null)
        {
            await run.ClaimAsync(ClaimName, "not started: the slot has neither a meter nor a log", ClaimSource.NotDone, cancel);
            return StepOutcome.Pass("not started: the slot has neither a meter nor a log");
        }

        BackupBoot boot = await BackupBoot.WatchAsync(run, cancel);
        (string lives, ClaimSource source) = boot.Lives switch
        {
            true => ("it lives", ClaimSource.Derived),
            false => ("it does not live: every byte is right, so suspect the module or its supply", ClaimSource.Derived),
            null => ("whether it lives cannot be seen", ClaimSource.NotDone),
        };
        await run.Record.AddClaimsAsync([.. boot.Claims(), new Claim(ClaimName, lives, source)], cancel);
        return StepOutcome.Pass($"{lives}: {boot.Text}", [.. boot.Measured("current-restored").Select(one => one with { Low = null })]);
    }
}

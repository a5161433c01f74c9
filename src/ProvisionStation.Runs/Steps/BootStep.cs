using System.Globalization;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Power cycles the unit into its application and leaves it alone until its boot is complete.</summary>
public sealed class BootStep : IStep
{
    /// <inheritdoc />
    public string Name => RecipeSteps.Boot;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => (run.Recipe.Boot.Limit * 2) + run.Recipe.Boot.Alone + TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        await run.Application.StartAsync(cancel);
        if (await run.Application.CompleteAsync(cancel) is not { } dead)
            return Passed(run);
        if (run.Application.Log is { } log)
            await LogStep.KeepAsync(run, log, cancel);
        return dead;
    }

    private static StepOutcome Passed(ActiveRun run)
    {
        double seconds = run.Application.BootTime.TotalSeconds;
        return run.Application.Log is null
            ? StepOutcome.Pass(string.Create(CultureInfo.InvariantCulture, $"left alone for {seconds:0.0} s; no log is wired"))
            : StepOutcome.Pass(
                string.Create(CultureInfo.InvariantCulture, $"the boot log says complete after {seconds:0.0} s"),
                new Measurement("boot-time", seconds, "s", High: run.Recipe.Boot.Limit.TotalSeconds));
    }
}

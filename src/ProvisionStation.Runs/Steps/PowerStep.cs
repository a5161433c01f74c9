using System.Globalization;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Power comes on and nothing is shorted. Without a reset line the link checks flow already, so that the loader is caught.</summary>
/// <remarks>A short ends this step by the current watch, which cuts the power; the runner names it.</remarks>
public sealed class PowerStep : IStep
{
    /// <inheritdoc />
    public string Name => RecipeSteps.Power;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        await run.Bus.PowerOnAsync(run.Cancel);
        if (!run.Current.CanMeasure)
        {
            await run.ClaimAsync("short-check", "no meter in this slot", ClaimSource.NotDone, cancel);
            return StepOutcome.Pass("power is on; not measured, the slot has no meter");
        }

        await run.ClaimAsync("meter", run.Bench.Meter!.Description, ClaimSource.Readback, cancel);
        Task<CurrentMean?> check = run.Current.ShortCheckAsync(cancel);
        if (await Task.WhenAny(check, run.Bus.FirstLink) == run.Bus.FirstLink)
            await run.Bus.FirstLink;
        CurrentMean mean = await check ?? throw new InvalidOperationException("the short check ended without a reading");
        return StepOutcome.Pass(
            string.Create(CultureInfo.InvariantCulture, $"{mean.Milliamperes:0.0} mA after power on, no short"),
            mean.Measured("current-power-on", high: run.Recipe.Current.Cutoff));
    }
}

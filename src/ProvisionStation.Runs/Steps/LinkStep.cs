using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>The loader answers, with as many power cycles as the recipe allows.</summary>
public sealed class LinkStep : IStep
{
    /// <inheritdoc />
    public string Name => RecipeSteps.Link;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(2) + (run.Recipe.Link.Window * run.Recipe.Retry.Link);

    /// <inheritdoc />
    public Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel) => LinkAsync(run, cancel);

    /// <summary>Gets the bus; for every step that needs a session.</summary>
    /// <exception cref="BenchException">no-link or line-noise.</exception>
    public static async Task<StepOutcome> LinkAsync(ActiveRun run, CancellationToken cancel)
    {
        (LinkResult result, int attempts) = await run.Bus.LinkAsync(token => LetOneBootCompleteAsync(run, token), run.Recipe.Retry.Link, cancel);
        run.Attempts = attempts;
        string port = run.Bench.Slot.Port;
        return result switch
        {
            LinkResult.Linked => StepOutcome.Pass(attempts == 1 ? "the loader answers" : $"the loader answers, at attempt {attempts}") with { Attempts = attempts },
            LinkResult.Noise => throw new BenchException(
                BenchReasons.LineNoise,
                $"bytes arrive on {port} in {attempts} attempts, but no answer among them",
                "Check ground first, then that TX and RX of the slot are not swapped or shared, then the wires' length; retest the unit."),
            _ => throw new BenchException(
                BenchReasons.NoLink,
                $"nothing answers on {port} in {attempts} attempts",
                "Check that the unit sits on all contacts (3V3, GND, TX1, RX1); retest it, then try it in another slot."),
        };
    }

    /// <summary>Too many starts in a row were cut off: one must be let complete, or OpenBeken goes into safe mode.</summary>
    private static async Task LetOneBootCompleteAsync(ActiveRun run, CancellationToken cancel)
    {
        await run.Application.StartAsync(cancel);
        await run.Application.CompleteAsync(cancel);
        await run.Application.StopReadingAsync();
    }
}

namespace ProvisionStation.Runs.Steps;

/// <summary>The smallest timed action of a run, with a verdict of its own.</summary>
public interface IStep
{
    /// <summary>A name of <see cref="Recipes.RecipeSteps"/>.</summary>
    string Name { get; }

    /// <summary>How long the step may take at most before the slot is taken to hang.</summary>
    TimeSpan Limit(ActiveRun run);

    /// <summary>Does the work.</summary>
    /// <exception cref="Bench.BenchException">The bench is at fault: the run ends as ERROR.</exception>
    Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel);
}

using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>What was written back is read and compared byte by byte, before anything boots.</summary>
public sealed class CompareStep : IStep
{
    /// <inheritdoc />
    public string Name => RecipeSteps.Compare;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(30);

    /// <inheritdoc />
    public Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        RestoreOrder order = run.Restore ?? throw new InvalidOperationException("compare without an order");
        return order.OnlyRfSector
            ? RfWriteBack.CompareAsync(run, order.Content, order.Backup.Sha256, cancel)
            : WriteBack.CompareAsync(run, order.ContentFor(run.UnitId!.Value), order.Backup.Sha256, cancel);
    }
}

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
            : CompareAsync(run, order, cancel);
    }

    private static Task<StepOutcome> CompareAsync(ActiveRun run, RestoreOrder order, CancellationToken cancel)
    {
        byte[] content = order.ContentFor(run.UnitId!.Value);
        string sha256 = order.Backup.Sha256;
        return WriteBack.CompareAsync(run, content, ReferenceEquals(content, order.Content) ? sha256 : $"scrubbed copy of {sha256}", cancel);
    }
}

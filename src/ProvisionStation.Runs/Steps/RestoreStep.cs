using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Writes the ordered backup into the unit: 0x11000 to the end without the RF sector, or that sector alone.</summary>
public sealed class RestoreStep : IStep
{
    /// <inheritdoc />
    public string Name => RecipeSteps.Restore;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(30);

    /// <inheritdoc />
    public Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        RestoreOrder order = run.Restore ?? throw new InvalidOperationException("restore without an order");
        return order.OnlyRfSector
            ? RfWriteBack.RestoreAsync(run, order.Content, cancel)
            : WriteBack.RestoreAsync(run, run.Backup!, order.ContentFor(run.UnitId!.Value), cancel);
    }
}

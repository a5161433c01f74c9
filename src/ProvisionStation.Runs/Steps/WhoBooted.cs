using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>The last thing before a PASS of a recipe without <c>confirm</c>: what was seen to boot is the unit that was written.</summary>
/// <remarks>No step of a recipe and without a record of its own; its claims are in the record. A unit that no longer answers is not passed.</remarks>
internal sealed class WhoBooted : IStep
{
    /// <inheritdoc />
    public string Name => "who-booted";

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(2) + (run.Recipe.Link.Window * run.Recipe.Retry.Link) + run.Recipe.Boot.Limit + run.Recipe.Boot.Alone;

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        (StepOutcome? stranger, _) = await SameUnit.LinkAsync(run, cancel);
        if (stranger is not null)
            return stranger;
        await run.ClaimAsync("rf-sector", "identical to the backup", ClaimSource.Readback, cancel);
        return await SameUnit.LeaveWithCompleteBootAsync(run, cancel) ?? StepOutcome.Pass("the unit that booted is the one that was written");
    }
}

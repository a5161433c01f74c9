using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>The chip's own CRC over the image is right; sectors that are not are found by halving, and written again.</summary>
public sealed class VerifyStep : IStep
{
    /// <inheritdoc />
    public string Name => RecipeSteps.Verify;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(10);

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        FlashRange range = run.Work.Image.WriteRange;
        VerifyResult result = await run.Guard().Open(FlashPurpose.Image, range).VerifyAndHealAsync(run.Work.Image.WriteContent, cancel);
        if (result.Fault is { } fault)
            return Words.Of(fault) with { Attempts = result.Rounds + 1 };
        run.Bus.Boots.HasApplication = true;
        if (run.IsResumed && await ResumedWrite.HoldsAsync(run, result.Expected, cancel) is { } torn)
            return torn with { Attempts = result.Rounds + 1 };
        run.State = UnitState.Written;
        await run.Record.AddClaimsAsync(
            [
                new Claim("image-crc", $"{result.Answered:X8}", ClaimSource.Readback),
                new Claim("image-version", run.Work.Version, run.Work.VersionSource),
            ],
            cancel);
        if (!run.Recipe.Has(RecipeSteps.Configure))
            await OldCredentials.ClaimAsync(run, cancel);
        string healed = result.Healed.Count == 0 ? "" : $", after {string.Join(", ", result.Healed.Take(4))}{(result.Healed.Count > 4 ? ", …" : "")} was written again";
        return StepOutcome.Pass($"the chip's CRC {result.Answered:X8} over {range} is right{(run.IsResumed ? ", three times with power cycles between" : "")}{healed}") with { Attempts = result.Rounds + 1 };
    }
}

using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Telemetry;

namespace ProvisionStation.Runs.Steps;

/// <summary>Opens the flash's protection where needed, erases and writes the image's range.</summary>
public sealed class WriteStep : IStep
{
    /// <inheritdoc />
    public string Name => RecipeSteps.Write;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(30);

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        if (SeenBefore.BeforeErase(run) is { } twice)
            return twice;
        if (run.Identity!.StatusRegister is > 0 and { } before)
            await run.ClaimAsync("flash-unprotect", $"ordered where status 0x{before:X4} has protection bits", ClaimSource.Intended, cancel);
        ProtectionResult protection = await run.Guard().UnprotectAsync(cancel);
        if (protection.WasProtected)
            await run.ClaimAsync("flash-status-after", $"0x{protection.After:X4}", ClaimSource.Readback, cancel);
        if (Words.Of(protection, run.State) is { } locked)
            return locked;

        FlashRange range = run.Work.Image.WriteRange;
        run.Progress(new StepProgress(Name, 0, range.LengthBytes));
        Teller teller = new(done => Tell(run, done, range.LengthBytes));
        if (run.CutOff is { } cutOff && await ResumedWrite.WriteAsync(run, cutOff, teller, cancel) is { } resumed)
            return resumed;
        FlashFault? fault = await run.Guard().Open(FlashPurpose.Image, range).WriteAsync(
            run.Work.Image.WriteContent, teller, cancel);
        if (fault is not null)
            return Words.Of(fault);
        StationTelemetry.CountWritten(range.LengthBytes);
        int retries = run.Bus.Session.Statistics.WriteRetries;
        return StepOutcome.Pass($"{range.LengthBytes / FlashAddress.SectorBytes} sectors at {range}{(retries == 0 ? "" : $", {retries} written again")}") with { Attempts = retries == 0 ? 1 : 2 };
    }

    private void Tell(ActiveRun run, long done, long all)
    {
        if (run.State == UnitState.Erased)
            run.State = UnitState.PartlyWritten;
        run.Progress(new StepProgress(Name, done, all));
    }
}

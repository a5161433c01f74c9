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
        if (run is { CutOff: { } half, Recipe.Interrupted: InterruptedUnit.Restore })
            return await RestoreAsync(run, half, cancel);
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

    /// <summary>The recipe wants the unit's own firmware back where a write was cut off; the run ends with it.</summary>
    private static async Task<StepOutcome> RestoreAsync(ActiveRun run, InterruptedWrite cutOff, CancellationToken cancel)
    {
        if (cutOff.OriginalBackupSha256 is not { } original || !run.Vault.Holds(original))
            return StepOutcome.Abort("held", $"{cutOff.Text}; its original backup is not in the vault, so it cannot be brought back, and nothing was changed on it now", "Bring the vault back from a copy, or go on with a recipe that says 'interrupted: resume'.");
        StepOutcome restored = await WriteBack.OwnOriginalAsync(run, cancel);
        return restored.Passed
            ? StepOutcome.Abort("restored", $"{cutOff.Text}; its own firmware is back: {restored.Detail}", "Put the unit in again to convert it, or sort it out.")
            : restored;
    }

    private void Tell(ActiveRun run, long done, long all)
    {
        if (run.State == UnitState.Erased)
            run.State = UnitState.PartlyWritten;
        run.Progress(new StepProgress(Name, done, all));
    }
}

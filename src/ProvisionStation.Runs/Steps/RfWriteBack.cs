using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Writes the RF sector back, and nothing else: by a person's order only, from that unit's own backup (law 3).</summary>
/// <remarks>Whatever firmware was in the unit stays in it, so the unit's state stays what earlier runs made it.</remarks>
internal static class RfWriteBack
{
    /// <summary>The claim that says what earlier runs had left in the unit; a run that is cut off falls back on it.</summary>
    public const string StateBeforeClaim = "state-before";

    private const string Keep = "Keep the unit apart, its backup is kept; restore the RF sector once more, then put it in the red box.";

    /// <summary>Erases and writes the sector, and has the chip's CRC agree.</summary>
    public static async Task<StepOutcome> RestoreAsync(ActiveRun run, byte[] backup, CancellationToken cancel)
    {
        FlashRange rf = run.Layout!.RfSector;
        ReadOnlyMemory<byte> content = backup.AsMemory((int)rf.Start.Value, (int)rf.LengthBytes);
        if (RfPartition.Parse(content.Span, rf.Start) is not { MacText: { } mac })
            throw new InvalidOperationException("an order for an RF sector without a MAC");
        if (FlashDifference.Between("RF sector", run.Backup, backup, rf) is null)
            return StepOutcome.Pass("the RF sector is the backup's already; nothing was written");
        if (Words.Of(await run.Guard().UnprotectAsync(cancel), run.State) is { } locked)
            return locked;
        await run.ClaimAsync(StateBeforeClaim, RecordText.Of(LeftState(run)), ClaimSource.Derived, cancel);
        GuardedRange open = run.Guard().Open(FlashPurpose.RfSector, rf);
        if (await open.WriteAsync(content, null, cancel) is { } fault)
            return Words.Of(fault);
        return (await open.VerifyAndHealAsync(content, cancel)).Fault is { } wrong
            ? Words.Of(wrong)
            : StepOutcome.Pass($"the RF sector {rf.Start} was written back with MAC {mac}; the chip's CRC agrees");
    }

    /// <summary>Reads the whole flash: the RF sector is the backup's, and every other byte is what it was before.</summary>
    public static async Task<StepOutcome> CompareAsync(ActiveRun run, byte[] backup, string sha256, CancellationToken cancel)
    {
        FlashRange rf = run.Layout!.RfSector;
        byte[] now = await WriteBack.ReadAllAsync(run, RecipeSteps.Compare, cancel);
        if (FlashDifference.Between("backup", now, backup, rf) is { } differs)
            return StepOutcome.Fail("rf-changed", $"the RF sector reads differently: {differs.Text}", Keep);
        foreach (FlashRange rest in new[] { FlashRange.FromTo(0, rf.Start.Value), FlashRange.FromTo(rf.End.Value, run.Identity!.FlashBytes) })
        {
            if (FlashDifference.Between("flash before", now, run.Backup, rest) is { } changed)
                return StepOutcome.Fail("crc-mismatch", $"besides the RF sector something else has changed: {changed.Text}", Keep);
        }

        if (run.LastIntent is { LengthBytes: > 0 })
        {
            // No earlier run changed the unit: all that is in it is its own, the sector that was lost too.
            run.State = LeftState(run) is var left and not UnitState.Untouched ? left : UnitState.Restored;
            await run.ClaimAsync("rf-sector", $"written back from {sha256}", ClaimSource.Readback, cancel);
        }

        return StepOutcome.Pass($"{rf.LengthBytes} bytes are the backup's, byte by byte; every other byte of the flash is as it was");
    }

    private static UnitState LeftState(ActiveRun run) => run.Story?.LeftState ?? UnitState.Untouched;
}

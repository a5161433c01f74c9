using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;
using ProvisionStation.Runs.Telemetry;

namespace ProvisionStation.Runs.Steps;

/// <summary>Goes on with a write that was cut off, and proves over power cycles that what it left holds.</summary>
internal static class ResumedWrite
{
    /// <summary>Erases and writes the blocks that were in work, and what else is not right.</summary>
    /// <returns>Null where the write must begin anew.</returns>
    public static async Task<StepOutcome?> WriteAsync(ActiveRun run, InterruptedWrite cutOff, IProgress<long> progress, CancellationToken cancel)
    {
        if (cutOff.WhyNotResumed(run.Work.Image.Sha256, run.Vault.Holds) is { } whyNot)
        {
            await run.ClaimAsync("resume", $"not resumed, the whole image is written: {whyNot}", ClaimSource.Derived, cancel);
            return null;
        }

        FlashRange range = run.Work.Image.WriteRange;
        run.IsResumed = true;
        (int sectors, FlashFault? fault) = await run.Guard().Open(FlashPurpose.Image, range).ResumeAsync(
            run.Work.Image.WriteContent, cutOff.Suspects, progress, cancel);
        if (fault is not null)
            return Words.Of(fault);
        long all = range.LengthBytes / FlashAddress.SectorBytes;
        await run.ClaimAsync("resume", $"{sectors} of {all} sectors erased and written, {all - sectors} were right by the chip's CRC", ClaimSource.Readback, cancel);
        StationTelemetry.CountWritten(sectors * FlashAddress.SectorBytes);
        int retries = run.Bus.Session.Statistics.WriteRetries;
        return StepOutcome.Pass(
            $"resumed: {sectors} of {all} sectors at {range}, {string.Join(", ", cutOff.Suspects.Select(block => $"{block.Start} + {block.LengthBytes / 1024} KiB"))} among them whatever the CRC said{(retries == 0 ? "" : $", {retries} written again")}") with
        { Attempts = retries == 0 ? 1 : 2 };
    }

    /// <summary>Asks for the CRC of the whole range again, after a power cycle each: a torn cell may read right once.</summary>
    /// <param name="run">The run; its unit answered right once.</param>
    /// <param name="expected">What it must answer.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Null where every answer was right.</returns>
    public static async Task<StepOutcome?> HoldsAsync(ActiveRun run, uint expected, CancellationToken cancel)
    {
        List<uint> answers = [expected];
        for (int cycle = 0; cycle < 2; cycle++)
        {
            await run.Bus.CloseAsync();
            (StepOutcome? stranger, _) = await SameUnit.LinkAsync(run, cancel);
            if (stranger is not null)
                return stranger;
            answers.Add(await run.Bus.Session.CrcAsync(run.Work.Image.WriteRange, cancel));
        }

        string told = string.Join(", ", answers.Select(answer => $"{answer:X8}"));
        await run.ClaimAsync("image-crc-over-power-cycles", told, ClaimSource.Readback, cancel);
        return answers.TrueForAll(answer => answer == expected)
            ? null
            : StepOutcome.Fail(
                "crc-mismatch",
                $"the flash does not hold what was written over power cycles: the chip's CRC over {run.Work.Image.WriteRange} was {told}, expected {expected:X8} each time",
                "Retest the unit once; if it fails again, put it in the red box: a cell of its flash was torn.");
    }
}

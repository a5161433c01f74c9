using System.Security.Cryptography;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Bench;
using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>Gets the bus again in the middle of a run, and makes sure that it is still the unit the run began with.</summary>
internal static class SameUnit
{
    /// <summary>Power cycles into the loader and compares chip, flash id and RF sector.</summary>
    /// <returns>Null where it is the same unit with an unchanged RF sector; otherwise what is wrong.</returns>
    public static async Task<(StepOutcome? Stranger, int Attempts)> LinkAsync(ActiveRun run, CancellationToken cancel)
    {
        await run.Application.StopReadingAsync();
        StepOutcome link = await LinkAgainAsync(run, cancel);
        var identity = await run.Bus.Session.LookAsync(cancel);
        if (identity.Model != run.Identity!.Model || identity.FlashId != run.Identity.FlashId)
            return (Foreign($"a {identity.Model} answers now, the run began with a {run.Identity.Model}"), link.Attempts);
        byte[] rf = (await run.ReadProvenAsync(run.Layout!.RfSector, cancel)).Bytes;
        return (await CompareRfAsync(run, rf, cancel), link.Attempts);
    }

    /// <summary>A link that was missed at first has cut off a boot: a unit that passes leaves with a complete one as its last.</summary>
    public static async Task<StepOutcome?> LeaveWithCompleteBootAsync(ActiveRun run, CancellationToken cancel)
    {
        if (run.Bus.Boots.InARow == 0)
            return null;
        await run.Application.StartAsync(cancel);
        return await run.Application.CompleteAsync(cancel);
    }

    /// <summary>A unit that answered before and is silent now is a lost link, not a slot without a unit.</summary>
    private static async Task<StepOutcome> LinkAgainAsync(ActiveRun run, CancellationToken cancel)
    {
        try
        {
            return await LinkStep.LinkAsync(run, cancel);
        }
        catch (BenchException e) when (e.Reason == BenchReasons.NoLink)
        {
            throw new BenchException(BenchReasons.LinkLost, $"the unit answered before, and now {e.Message}", e.Remedy, e);
        }
    }

    private static async Task<StepOutcome?> CompareRfAsync(ActiveRun run, byte[] rf, CancellationToken cancel)
    {
        if (CryptographicOperations.FixedTimeEquals(rf, run.RfSector))
            return null;
        string after = Convert.ToHexStringLower(SHA256.HashData(rf));
        run.RfHashes.Add(after);
        string? mac = RfPartition.Parse(rf, run.Layout!.RfSector.Start)?.MacText;
        if (mac is not null && mac != run.Mac)
            return Foreign($"MAC {mac} answers now, the run began with {run.Mac ?? "a unit without one"}");
        // By this the unit is known when it comes again.
        await run.ClaimAsync("rf-sector-after", after, ClaimSource.Readback, cancel);
        int at = rf.AsSpan().CommonPrefixLength(run.RfSector);
        return StepOutcome.Fail(
            "rf-changed",
            $"the RF sector differs from the backup at {run.Layout.RfSector.Start + (uint)at}: reads 0x{rf[at]:X2}, was 0x{run.RfSector![at]:X2}",
            "Keep the unit apart: its radio calibration has changed; restore it from its own backup.");
    }

    private static StepOutcome Foreign(string detail) => StepOutcome.Fail(
        "foreign-unit", detail, "Do not swap units while a slot is working; retest both units.");
}

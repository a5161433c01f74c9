using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>Says of every converted unit whether its former owner's credentials are still in its flash, and erases the vendor's store where asked.</summary>
internal static class OldCredentials
{
    private const byte Blank = 0xFF;

    /// <summary>Erases the vendor's store and has the chip's CRC agree that it is blank. Nothing else lies there for the new firmware.</summary>
    public static async Task<StepOutcome?> WipeAsync(ActiveRun run, CancellationToken cancel)
    {
        GuardedRange store = run.Guard().Open(FlashPurpose.VendorStore, run.Layout!.VendorStore);
        if (await store.EraseAsync(cancel) is { } fault)
            return Words.Of(fault);
        byte[] blank = new byte[store.Range.LengthBytes];
        blank.AsSpan().Fill(Blank);
        if ((await store.VerifyAndHealAsync(blank, cancel)).Fault is { } left)
            return Words.Of(left);
        run.VendorStoreIsWiped = true;
        await run.ClaimAsync("vendor-store", $"erased at {store.Range}, the chip's CRC agrees", ClaimSource.Readback, cancel);
        return null;
    }

    /// <summary>Scans what the unit's flash holds now, known from what was read, written and erased.</summary>
    public static Task ClaimAsync(ActiveRun run, CancellationToken cancel)
    {
        byte[] flash = FinalFlash(run);
        IEnumerable<CredentialTrace> all = new[] { run.Findings!.Original, run.Backup! }.Distinct().SelectMany(backup => CredentialTraces.Find(flash, backup));
        CredentialTrace[] traces = [.. all.Where(trace => !IsOurs(run, trace)).Distinct()];
        string value = traces.Length == 0
            ? "none found"
            : "remain: " + string.Join(", ", traces.Select(trace => $"{trace.What} in {trace.Sector}").Distinct())
                + (run.VendorStoreIsWiped ? "" : "; the vendor's store was not wiped (config.wipe)");
        string kept = run.Recipe.Config is { Keep: [_, ..] keep } ? $"; kept on purpose in the new configuration: {string.Join(", ", keep)}" : "";
        return run.ClaimAsync("old-credentials", value + kept, ClaimSource.Derived, cancel);
    }

    /// <summary>Every byte of the configuration's sector was written by this run: what stands there is the recipe's, or kept on purpose.</summary>
    private static bool IsOurs(ActiveRun run, CredentialTrace trace) =>
        run.Configuration is not null && trace.Sector == run.Layout!.ConfigSector.Start;

    private static byte[] FinalFlash(ActiveRun run)
    {
        byte[] flash = (byte[])run.Backup!.Clone();
        run.Work.Image.WriteContent.Span.CopyTo(flash.AsSpan((int)run.Work.Image.WriteRange.Start.Value));
        run.Configuration?.Sector.CopyTo(flash, (int)run.Layout!.ConfigSector.Start.Value);
        if (run.VendorStoreIsWiped)
            flash.AsSpan((int)run.Layout!.VendorStore.Start.Value, (int)run.Layout.VendorStore.LengthBytes).Fill(Blank);
        return flash;
    }
}

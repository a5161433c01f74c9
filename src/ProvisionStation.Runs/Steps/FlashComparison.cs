using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>Compares a unit's whole flash with what this run believes to be in it: loader, image, RF sector, configuration, and its backup elsewhere.</summary>
internal static class FlashComparison
{
    private const byte Blank = 0xFF;

    /// <summary>Every part that differs, in the order of addresses.</summary>
    /// <param name="run">With its backup, its image and, where it got that far, its configuration.</param>
    /// <param name="now">The whole flash as it was just read.</param>
    public static IReadOnlyList<FlashDifference> Differences(ActiveRun run, byte[] now)
    {
        byte[] expected = Expected(run);
        return [.. Parts(run).Select(part => FlashDifference.Between(part.Name, now, expected, part.Range)).OfType<FlashDifference>()];
    }

    /// <summary>What the record keeps: one statement per part that differs, or that none does.</summary>
    public static IReadOnlyList<Claim> Claims(ActiveRun run, IReadOnlyList<FlashDifference> differences) => differences.Count == 0
        ? [new Claim("flash-compared", $"{run.Identity!.FlashBytes} bytes: as image, configuration and backup, byte by byte", ClaimSource.Readback)]
        : [.. differences.Select(one => new Claim("flash-difference", one.Text, ClaimSource.Readback))];

    private static byte[] Expected(ActiveRun run)
    {
        byte[] flash = [.. run.Backup!];
        run.Work.Image.WriteContent.Span.CopyTo(flash.AsSpan((int)run.Work.Image.WriteRange.Start.Value));
        run.Configuration?.Sector.CopyTo(flash, (int)run.Layout!.ConfigSector.Start.Value);
        if (run.VendorStoreIsWiped)
            flash.AsSpan((int)run.Layout!.VendorStore.Start.Value, (int)run.Layout.VendorStore.LengthBytes).Fill(Blank);
        return flash;
    }

    private static IEnumerable<(string Name, FlashRange Range)> Parts(ActiveRun run)
    {
        FlashLayout layout = run.Layout!;
        FlashRange image = run.Work.Image.WriteRange;
        return new[]
        {
            ("loader (backup)", FlashRange.FromTo(0, FlashLayout.WriteFloor.Value)),
            ("image", image),
            ("between image and RF sector (backup)", FlashRange.FromTo(image.End.Value, layout.RfSector.Start.Value)),
            ("RF sector (backup)", layout.RfSector),
            (run.Configuration is null ? "configuration sector (backup)" : "configuration", layout.ConfigSector),
            ("network parameters (backup)", FlashRange.FromTo(layout.ConfigSector.End.Value, layout.VendorStore.Start.Value)),
            (run.VendorStoreIsWiped ? "vendor store (erased)" : "vendor store (backup)", layout.VendorStore),
            ("behind the vendor store (backup)", FlashRange.FromTo(layout.VendorStore.End.Value, run.Identity!.FlashBytes)),
        }.Where(part => part.Item2.LengthBytes > 0);
    }
}

using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Writes this unit's own configuration into its sector, reads it back and has the chip's CRC agree.</summary>
public sealed class ConfigureStep : IStep
{
    /// <inheritdoc />
    public string Name => RecipeSteps.Configure;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(5) + run.Recipe.Boot.Limit;

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        int attempts = 1;
        if (!run.Bus.HasSession)
        {
            (StepOutcome? stranger, attempts) = await SameUnit.LinkAsync(run, cancel);
            if (stranger is not null)
                return stranger;
        }

        FlashRange sector = run.Layout!.ConfigSector;
        byte[] found = (await run.ReadProvenAsync(sector, cancel)).Bytes;
        ObkConfig config = UnitConfiguration.For(
            run.Work, Convert.FromHexString(run.Mac!), run.Lot, run.UnitId!.Value, run.Record.Id, ObkConfigCodec.Decode(found).Config?.ChangeCounter, run.Sources);
        WrittenConfiguration written = new(config, ObkConfigCodec.EncodeSector(config));
        if (Words.Of(await run.Guard().UnprotectAsync(cancel), run.State) is { } locked)
            return locked;
        // Only now: a unit that the image was never seen to take keeps its store, and a unit that is seen to boot was wiped before.
        if (run.Recipe.Config!.WipesVendorStore && await OldCredentials.WipeAsync(run, cancel) is { } notWiped)
            return notWiped;
        if (await WriteAsync(run, sector, written.Sector, cancel) is { } bad)
            return bad;
        run.Configuration = written;
        run.State = UnitState.Configured;
        await run.Record.AddClaimsAsync(
            [
                new Claim("config-change-counter", $"{config.ChangeCounter}", ClaimSource.Readback),
                new Claim("config-sha256", UnitConfiguration.PublishedHash(config), ClaimSource.Readback),
            ],
            cancel);
        await OldCredentials.ClaimAsync(run, cancel);
        string wiped = run.VendorStoreIsWiped ? ", vendor store wiped" : "";
        return StepOutcome.Pass($"written and read back at {sector.Start}, number {config.ChangeCounter}, {PinMap.Text(config.Pins())}{wiped}") with { Attempts = attempts };
    }

    private static async Task<StepOutcome?> WriteAsync(ActiveRun run, FlashRange sector, byte[] content, CancellationToken cancel)
    {
        GuardedRange range = run.Guard().Open(FlashPurpose.Configuration, sector);
        if (await range.WriteAsync(content, null, cancel) is { } fault)
            return Words.Of(fault);
        VerifyResult result = await range.VerifyAndHealAsync(content, cancel);
        if (result.Fault is { } wrong)
            return Words.Of(wrong);
        byte[] back = (await run.ReadProvenAsync(sector, cancel)).Bytes;
        int at = back.AsSpan().CommonPrefixLength(content);
        return at == content.Length
            ? null
            : throw new BenchException(
                BenchReasons.ReadMismatch,
                $"the chip's CRC agreed with the configuration, but {sector.Start + (uint)at} now reads 0x{back[at]:X2}, written was 0x{content[at]:X2}",
                "Shorten the wires, check ground and supply, then retest the unit.");
    }
}

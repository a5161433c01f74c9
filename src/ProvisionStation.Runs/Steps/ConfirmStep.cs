using ProvisionStation.Beken.Obk;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>The configuration was seen loaded by its number and is still in its sector; the RF sector is as it was.</summary>
public sealed class ConfirmStep : IStep
{
    private static readonly TimeSpan AccessPointPatience = TimeSpan.FromSeconds(11);

    /// <inheritdoc />
    public string Name => RecipeSteps.Confirm;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => (run.Recipe.Boot.Limit * 3) + run.Recipe.Boot.Alone + run.Recipe.Current.Window + TimeSpan.FromMinutes(3);

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        WrittenConfiguration written = run.Configuration ?? throw new InvalidOperationException("confirm before configure");
        if (await SeeItBootAsync(run, cancel) is { } dead)
            return dead;
        if (run.Application.Log is { } log && await SeeItLoadedAsync(run, log, written.Config, cancel) is { } rejected)
            return rejected;
        (StepOutcome? stranger, int attempts) = await SameUnit.LinkAsync(run, cancel);
        if (stranger is not null)
            return stranger;
        byte[] sector = (await run.ReadProvenAsync(run.Layout!.ConfigSector, cancel)).Bytes;
        StepOutcome outcome = CompareSector(run, written, sector) with { Attempts = attempts };
        if (!outcome.Passed)
            return outcome;
        await ClaimAsync(run, cancel);
        return await SameUnit.LeaveWithCompleteBootAsync(run, cancel) ?? outcome;
    }

    /// <summary>Boots the unit with its configuration, unless that very boot was already judged (recipes that configure first).</summary>
    private static async Task<StepOutcome?> SeeItBootAsync(ActiveRun run, CancellationToken cancel)
    {
        bool alreadySeen = run.Application.IsComplete && !run.Bus.HasSession;
        if (alreadySeen)
            return null;
        await run.Application.StartAsync(cancel);
        if (await run.Application.CompleteAsync(cancel) is { } dead)
            return dead;
        if (!run.Recipe.ConfirmByReadBack || !run.Current.CanMeasure)
            return null;
        StepOutcome current = await CurrentStep.MeasureAsync(run, cancel);
        return current.Passed ? null : current;
    }

    private static async Task<StepOutcome?> SeeItLoadedAsync(ActiveRun run, ObkBootLog log, ObkConfig config, CancellationToken cancel)
    {
        bool opensAccessPoint = config.WifiSsid.Length == 0;
        if (opensAccessPoint)
            await run.Application.SaysAsync(said => said.AccessPointName is not null, AccessPointPatience, cancel);
        await LogStep.KeepAsync(run, log, cancel);
        const string remedy = "Check the recipe's config with 'recipe check', then run the unit again; keep it apart if it fails again.";
        if (log.ConfigRejected)
            return StepOutcome.Fail("config-rejected", "the firmware says that the configuration's checksum or ident is wrong and loads its defaults", remedy);
        if (log.ChangeCount != config.ChangeCounter)
            return StepOutcome.Fail("config-rejected", $"the firmware loaded a configuration with number {log.ChangeCount?.ToString() ?? "unknown"}, ours has {config.ChangeCounter}", remedy);
        return opensAccessPoint && log.AccessPointName is { } name && name != config.LongName
            ? StepOutcome.Fail("config-rejected", $"the access point is called '{name}', the configuration says '{config.LongName}'", remedy)
            : null;
    }

    private static Task ClaimAsync(ActiveRun run, CancellationToken cancel) => run.Record.AddClaimsAsync(
        [
            run.Application.Log is null
                ? new Claim("configuration", "read back, not seen loaded", ClaimSource.Readback)
                : new Claim("configuration", "seen loaded by its number in the boot log", ClaimSource.Readback),
            new Claim("rf-sector", "identical to the backup", ClaimSource.Readback),
            new Claim("wifi-join", "not tested: the unit was not let join a network", ClaimSource.NotDone),
        ],
        cancel);

    /// <summary>Identical passes; so does a sector that differs only where the start-up command sets fields, with the counter raised.</summary>
    internal static StepOutcome CompareSector(ActiveRun run, WrittenConfiguration written, byte[] sector)
    {
        if (sector.AsSpan().SequenceEqual(written.Sector))
            return Passed(run, "its sector is identical");
        const string remedy = "Look at the recipe's start-up command and flags: the firmware has rewritten the configuration.";
        ObkDecoded found = ObkConfigCodec.Decode(sector);
        if (found.Config is null)
            return StepOutcome.Fail("config-changed", $"the sector no longer holds a configuration: {found.Rejection}", remedy);
        IReadOnlyList<ObkDifference> differences = ObkConfigDiff.Compare(written.Config, found.Config);
        if (ObkConfigDiff.NotExplainedBy(differences, written.Config.StartupCommand) is [var foreign, ..])
            return StepOutcome.Fail("config-changed", $"field {foreign.Field} is {Shown(run, foreign.Found)}, written was {Shown(run, foreign.Intended)}", remedy);
        return found.Config.ChangeCounter > written.Config.ChangeCounter
            ? Passed(run, $"its start-up command has set {string.Join(", ", differences.Select(one => one.Field).Distinct())}")
            : StepOutcome.Fail("config-changed", $"bytes behind the fields were rewritten, with number {found.Config.ChangeCounter}", remedy);
    }

    /// <summary>What the unit itself brought, such as its former network's name, is shown nowhere (law 8).</summary>
    private static string Shown(ActiveRun run, string value) => run.Secrets.Any(secret => value.Contains(secret, StringComparison.Ordinal)) ? "***" : value;

    private static StepOutcome Passed(ActiveRun run, string sector) => StepOutcome.Pass(run.Application.Log is null
        ? $"configuration read back, not seen loaded; {sector}; RF sector as before"
        : $"the firmware loaded our number {run.Configuration!.Config.ChangeCounter}; {sector}; RF sector as before");
}

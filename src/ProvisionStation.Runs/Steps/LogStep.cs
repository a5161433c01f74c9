using System.Text;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>The boot log says the right things: chip and version, no safe mode, what became of the configuration.</summary>
public sealed class LogStep : IStep
{
    /// <inheritdoc />
    public string Name => RecipeSteps.Log;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        ObkBootLog log = run.Application.Log ?? throw new InvalidOperationException("a recipe with the step 'log' ran in a slot without a log port");
        await KeepAsync(run, log, cancel);
        await ClaimAsync(run, log, cancel);
        return Judge(log, run.Work);
    }

    /// <summary>The firmware for an M is built from an N's sources and may call itself N. Source: OpenBK7231N build scripts.</summary>
    private static bool IsBuildFor(string? said, ChipModel chip) =>
        string.Equals(said, chip.ToString(), StringComparison.OrdinalIgnoreCase)
        || (chip == ChipModel.BK7231M && string.Equals(said, nameof(ChipModel.BK7231N), StringComparison.OrdinalIgnoreCase));

    /// <summary>Stores the log without its secrets.</summary>
    public static async Task KeepAsync(ActiveRun run, ObkBootLog log, CancellationToken cancel)
    {
        byte[] text = Encoding.UTF8.GetBytes(log.RedactedText(run.Secrets));
        string sha256 = await run.Vault.StoreAsync(text, cancel);
        await run.Record.AddArtifactAsync(new Artifact("boot-log", sha256, text.Length, "passwords removed"), cancel);
    }

    private static Task ClaimAsync(ActiveRun run, ObkBootLog log, CancellationToken cancel) => run.Record.AddClaimsAsync(
        [
            Seen("firmware", log.Version is null ? null : $"Open{log.Chip} {log.Version}"),
            Seen("config-state", log.ConfigRejected ? "defaults loaded" : log.ChangeCount is { } count ? $"loaded with {count} changes count" : null),
            Seen("access-point", log.AccessPointName),
        ],
        cancel);

    private static Claim Seen(string name, string? value) =>
        value is null ? new Claim(name, "not seen in the boot log", ClaimSource.NotDone) : new Claim(name, value, ClaimSource.Readback);

    internal static StepOutcome Judge(ObkBootLog log, LoadedRecipe work)
    {
        if (log.ByteCount >= BootJudgement.LeastBytesToJudge && log.PrintableShare < BootJudgement.LeastPrintableShare)
        {
            return StepOutcome.Fail(
                "stalled-boot",
                $"garbage on TX2: ground, wire or chip not running ({log.PrintableShare * 100:0} % of {log.ByteCount} bytes are text)",
                "Check ground and the TX2 wire, then flash the unit once more.");
        }

        string chip = work.Image.Chip.ToString();
        if (log.Version != work.Version || !IsBuildFor(log.Chip, work.Image.Chip))
        {
            return StepOutcome.Fail(
                "wrong-version",
                $"the boot log says {(log.Version is null ? "no version" : $"Open{log.Chip} {log.Version}")}, the image is Open{chip} {work.Version}",
                "Check the recipe's image and version, then flash the unit once more.");
        }

        return log.SafeMode
            ? StepOutcome.Fail(
                "boot-loop",
                "the firmware is in safe mode: it runs, but counted more than four starts that were cut off",
                "Let the unit boot once to its end, 30 s with power, then run it again: neither image nor unit is to blame.")
            : StepOutcome.Pass($"Open{log.Chip} {log.Version}, configuration {(log.ConfigRejected ? "default" : "loaded")}, access point {log.AccessPointName ?? "not seen"}");
    }
}

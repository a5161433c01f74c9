using System.Security.Cryptography;
using ProvisionStation.Beken;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Finds out what the unit is, and refuses what the recipe is not meant for. A refused unit still gets its backup.</summary>
public sealed class IdentifyStep : IStep
{
    private const string SortOut = "Sort the unit out: this recipe is not for it.";

    /// <inheritdoc />
    public string Name => RecipeSteps.Identify;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(3);

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        ChipIdentity identity = await run.Bus.Session.IdentifyAsync(cancel);
        run.Identity = identity;
        run.KeyClass = identity.KeyClass;
        run.Layout = FlashLayout.Of(identity.Model);
        RfPartition? rf = await ReadRfAsync(run, cancel);
        string? rfHash = run.RfSector is null ? null : Convert.ToHexStringLower(SHA256.HashData(run.RfSector));
        run.Marks = Marks(run.Identity, rf, rf is { IsMark: true } ? rfHash : null);
        if (rfHash is not null)
            run.RfHashes.Add(rfHash);
        run.UnitId = await run.Record.IdentifyUnitAsync(run.Marks, cancel);
        run.Story = await LifeStory.ReadAsync(run.Journal, run.UnitId.Value, cancel);
        run.Bus.Boots.Continue(run.Story.ShortBoots);
        await ClaimAsync(run, run.Story, cancel);
        if (run.Restore is { } order)
        {
            // What was being written when it was cut off is written back whatever it reads.
            run.CutOff = run.Story.Interrupted;
            return await RestoreCheck.OfUnitAsync(run, order, cancel);
        }

        StepOutcome outcome = Judge(run, identity, rf);
        if (!outcome.Passed)
            return outcome;
        return await SeenBefore.JudgeAsync(run, cancel) ?? outcome with { Detail = outcome.Detail + run.Story.Text + (run.CutOff is { } cutOff ? $"; {cutOff.Text}" : "") };
    }

    private static async Task<RfPartition?> ReadRfAsync(ActiveRun run, CancellationToken cancel)
    {
        if (run.Layout is not { } layout || run.Identity!.FlashBytes < layout.RfSector.End.Value)
            return null;
        run.RfSector = (await run.ReadProvenAsync(layout.RfSector, cancel)).Bytes;
        return RfPartition.Parse(run.RfSector, layout.RfSector.Start);
    }

    private static UnitMarks Marks(ChipIdentity identity, RfPartition? rf, string? rfSha256) => new(
        rf?.MacText,
        rf?.Origin,
        identity.Model == ChipModel.Unknown ? null : identity.Model.ToString(),
        identity.ChipId?.ToString("X8"),
        identity.FlashId?.ToString("X6"),
        identity.FlashBytes == 0 ? null : identity.FlashBytes,
        Words.Of(identity.KeyClass),
        rfSha256);

    private static Task ClaimAsync(ActiveRun run, LifeStory story, CancellationToken cancel)
    {
        ChipIdentity identity = run.Identity!;
        List<Claim> claims =
        [
            new("loader", identity.LoaderName ?? $"not in the table, CRC {identity.LoaderCrc:X8}", ClaimSource.Readback),
            new("flash-chip", identity.FlashChip?.Name ?? "not readable", identity.FlashChip is null ? ClaimSource.NotDone : ClaimSource.Derived),
            new("attempt", $"{story.Attempt}", ClaimSource.Derived),
        ];
        if (story.Closed.Count > 0)
            claims.Add(new Claim("earlier-verdicts", story.EarlierVerdicts, ClaimSource.Derived));
        if (story.Rework > 0)
            claims.Add(new Claim("rework", $"{story.Rework}", ClaimSource.Derived));
        if (story.Interrupted is { } cutOff)
            claims.Add(new Claim("interrupted-write", cutOff.Text, ClaimSource.Derived));
        if (run.Marks!.RfSha256 is null && run.RfHashes.Count > 0)
            claims.Add(new Claim("rf-sector-no-mark", $"{run.RfHashes.Single()}: no unit is known by it", ClaimSource.Derived));
        if (identity.StatusRegister is { } status)
            claims.Add(new Claim("flash-status-before", $"0x{status:X4}", ClaimSource.Readback));
        return run.Record.AddClaimsAsync(claims, cancel);
    }

    private static StepOutcome Judge(ActiveRun run, ChipIdentity identity, RfPartition? rf)
    {
        Recipe recipe = run.Recipe;
        string chip = identity.ChipId is { } id ? $"{identity.Model} (chip id 0x{id:X})" : $"{identity.Model} (by its boot loader)";
        if (!IsMeantFor(identity.Model, recipe.Product.Chip))
            return Refuse("wrong-chip", $"the unit is a {chip}, the recipe is for {recipe.Product.Chip}", SortOut);
        if (identity is { Generation: LoaderGeneration.Full, FlashChip: null } && !(identity.FlashId is { } allowed && recipe.AllowedFlashIds.Contains(allowed)))
        {
            return Refuse(
                "flash-unknown",
                identity.FlashId is { } flash ? $"flash id {flash:X6} is not in the table" : "the flash tells no id",
                $"Look up the flash chip; if it is a 2 MiB part with the usual commands, allow it in the recipe: 'flash: [0x{identity.FlashId ?? 0:X6}]'.");
        }

        if (identity.KeyClass != KeyClass.NotReadable && identity.KeyClass != run.Work.Image.Key)
            return Refuse("wrong-key", $"the unit's eFuse holds {InWords(identity.KeyClass)}, the image is made for {InWords(run.Work.Image.Key)}", SortOut);
        if (rf is { IsPlaceholder: true })
            return Refuse("mac-placeholder", $"the MAC is {rf.MacText}, which every module has that was never calibrated", "Keep the unit apart: its MAC must be restored from its label before it can be used.");
        if (rf?.WhyInvalid is { } invalid && !(rf.IsSelfAssigned && recipe.AllowedMacs.Contains(rf.MacText!)))
        {
            string allow = rf.IsSelfAssigned ? $" If it was given this MAC on purpose, allow it in the recipe: 'mac: [\"{rf.MacText}\"]'." : "";
            return Refuse("mac-invalid", $"the MAC is {rf.MacText}, which no module has from its maker: {invalid}", $"Keep the unit apart: its MAC must be restored from its label before it can be used.{allow}");
        }

        return StepOutcome.Pass(
            $"{chip}, flash {identity.FlashChip?.Name ?? "not readable"} {identity.FlashBytes / 1024} KiB, MAC {rf?.MacText ?? "not readable"}, {run.Bus.Session.Statistics.BitRate} bit/s");
    }

    /// <summary>N and M are one chip with two keys: which of them it is, is a question of the key.</summary>
    internal static bool IsMeantFor(ChipModel found, ChipModel wanted) =>
        found == wanted || (found is ChipModel.BK7231N or ChipModel.BK7231M && wanted is ChipModel.BK7231N or ChipModel.BK7231M);

    private static StepOutcome Refuse(string reason, string detail, string remedy) => StepOutcome.Fail(reason, detail, remedy) with { BackupFirst = true };

    internal static string InWords(KeyClass key) => key switch
    {
        KeyClass.Default => "the default key",
        KeyClass.Zero => "no key",
        KeyClass.Foreign => "a vendor's own key",
        _ => "a key that could not be read",
    };
}

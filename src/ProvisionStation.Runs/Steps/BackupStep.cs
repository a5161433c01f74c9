using System.Diagnostics;
using ProvisionStation.Beken;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Images;
using ProvisionStation.Bench;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Telemetry;

namespace ProvisionStation.Runs.Steps;

/// <summary>Reads the whole flash, has the chip's own CRC agree, looks whether it is plausible, and puts it into the vault (law 1).</summary>
public sealed class BackupStep : IStep
{
    private const string KeepApart = "Keep the unit apart and do not flash it: its backup cannot be trusted to restore it.";

    /// <inheritdoc />
    public string Name => RecipeSteps.Backup;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => TimeSpan.FromMinutes(30);

    /// <inheritdoc />
    public async Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel)
    {
        ChipIdentity identity = run.Identity ?? throw new InvalidOperationException("backup before identify");
        if (identity.FlashBytes == 0)
            return StepOutcome.Fail("flash-unknown", "the size of the flash could not be told, so a whole backup cannot be made", KeepApart);
        run.Vault.RequireRoom(identity.FlashBytes);
        (byte[] backup, uint crc, int again) = await ReadAsync(run, identity.FlashBytes, cancel);
        RequireSameRfSector(run, backup);
        string sha256 = await StoreAsync(run, backup, cancel);
        run.Backup = backup;
        run.BackupSha256 = sha256;
        StationTelemetry.CountRead(backup.Length);
        await ClaimAsync(run, crc, cancel);
        await ProductMatch.LookAsync(run, cancel);
        StepOutcome outcome = await JudgeAsync(run, identity, again, cancel);
        run.BackupIsTrusted = outcome.Passed;
        return outcome;
    }

    /// <summary>Stores the backup; a BASIC loader that hears nothing while the disk syncs would leave for the application.</summary>
    private static async Task<string> StoreAsync(ActiveRun run, byte[] backup, CancellationToken cancel)
    {
        await using IAsyncDisposable awake = run.Bus.Session.KeepAlive();
        string sha256 = await run.Vault.StoreAsync(backup, cancel);
        await run.Record.AddArtifactAsync(new Artifact("backup", sha256, backup.Length), cancel);
        return sha256;
    }

    private static Task<ProvenRead> ReadAsync(ActiveRun run, uint bytes, CancellationToken cancel)
    {
        run.Progress(new StepProgress(RecipeSteps.Backup, 0, bytes));
        return ProvenRead.ReadAsync(
            run.Bus.Session,
            new FlashRange(new FlashAddress(0), bytes),
            run.Recipe.Retry.Read,
            new Teller(done => run.Progress(new StepProgress(RecipeSteps.Backup, done, bytes))),
            cancel);
    }

    /// <summary>The marks of the unit come from a read of their own: it must be the same unit with the same bytes that was backed up.</summary>
    private static void RequireSameRfSector(ActiveRun run, byte[] backup)
    {
        if (run.RfSector is not { } rf || run.Layout is not { } layout)
            return;
        int at = backup.AsSpan((int)layout.RfSector.Start.Value, rf.Length).CommonPrefixLength(rf);
        if (at < rf.Length)
        {
            throw new BenchException(
                BenchReasons.ReadMismatch,
                $"the RF sector reads differently in the backup than it did at first, from {layout.RfSector.Start + (uint)at} on",
                "Check the slot's wires and contacts, and that nobody swapped the unit; then retest it.");
        }
    }

    private static async Task ClaimAsync(ActiveRun run, uint crc, CancellationToken cancel)
    {
        string? openBeken = VendorApplication.OpenBekenVersion(run.Backup);
        run.Bus.Boots.HasApplication = openBeken is not null;
        await run.Record.AddClaimsAsync(
            [
                new Claim("backup-crc", $"{crc:X8}", ClaimSource.Readback),
                new Claim("firmware-before", FirmwareBefore(run, openBeken), ClaimSource.Derived),
            ],
            cancel);
    }

    private static string FirmwareBefore(ActiveRun run, string? openBeken)
    {
        if (openBeken is not null)
            return $"OpenBeken {openBeken}";
        return VendorApplication.KeyClassOf(run.Backup) == KeyClass.NotReadable ? "no whole application" : "vendor firmware";
    }

    private static async Task<StepOutcome> JudgeAsync(ActiveRun run, ChipIdentity identity, int again, CancellationToken cancel)
    {
        if (run.Restore is { } order)
            return RestoreCheck.OfBackup(run, order) ?? Passed(run, again);
        if (BackupPlausibility.Check(run.Backup, identity.Model) is { } problem)
            return StepOutcome.Fail("backup-implausible", problem, KeepApart);
        if (run.Layout is null || !IdentifyStep.IsMeantFor(identity.Model, run.Work.Image.Chip))
            return Passed(run, again); // refused already; only its backup was wanted
        if (await JudgeKeyAsync(run, identity, cancel) is { } wrongKey)
            return wrongKey;
        return ImageFit.Check(run.Work.Image, identity.Model, run.KeyClass) is { } misfit
            ? StepOutcome.Fail("image-mismatch", misfit, "Use the recipe for this chip; nothing was changed on the unit.")
            : await ProductMatch.JudgeAsync(run, cancel) ?? Passed(run, again);
    }

    /// <summary>The unit's own code must agree with its eFuse; without a key class there is no erase.</summary>
    private static async Task<StepOutcome?> JudgeKeyAsync(ActiveRun run, ChipIdentity identity, CancellationToken cancel)
    {
        KeyClass own = VendorApplication.KeyClassOf(run.Backup);
        string origin = "its own code in this backup";
        if (own == KeyClass.NotReadable)
            (own, origin) = await KeyClassOfEarlierBackupAsync(run, cancel);
        if (own != KeyClass.NotReadable && identity.KeyClass != KeyClass.NotReadable && own != identity.KeyClass)
        {
            return StepOutcome.Fail(
                "wrong-key",
                $"the eFuse holds {IdentifyStep.InWords(identity.KeyClass)}, but the unit's own code is scrambled with {IdentifyStep.InWords(own)}",
                "Keep the unit apart: no image is known that it would run.");
        }

        run.KeyClass = own == KeyClass.NotReadable ? identity.KeyClass : own;
        await run.Record.AddClaimsAsync(
            [
                run.KeyClass == KeyClass.NotReadable ? new Claim("key-class", "not readable", ClaimSource.NotDone)
                : own == KeyClass.NotReadable ? new Claim("key-class", $"{Words.Of(run.KeyClass)}, from its eFuse", ClaimSource.Readback)
                : new Claim("key-class", $"{Words.Of(run.KeyClass)}, from {origin}", ClaimSource.Derived),
            ],
            cancel);
        if (run.KeyClass == KeyClass.NotReadable)
            return StepOutcome.Fail("wrong-key", "neither the eFuse nor the unit's own code tells which key it runs", "Keep the unit apart: an image with the wrong key would kill it.");
        return run.KeyClass == run.Work.Image.Key
            ? null
            : StepOutcome.Fail("wrong-key", $"the unit runs code with {IdentifyStep.InWords(run.KeyClass)}, the image is made for {IdentifyStep.InWords(run.Work.Image.Key)}", "Sort the unit out: this recipe is not for it.");
    }

    /// <summary>A unit whose conversion was cut off has no whole application; its first backup still tells the key.</summary>
    private static async Task<(KeyClass Key, string Origin)> KeyClassOfEarlierBackupAsync(ActiveRun run, CancellationToken cancel)
    {
        IReadOnlyList<RunRecord> earlier = await run.Journal.RunsAsync(new RunQuery(Unit: run.UnitId, Most: 100), cancel);
        foreach (string sha256 in earlier.Reverse().SelectMany(one => one.Artifacts).Where(one => one.Kind == "backup").Select(one => one.Sha256).Distinct())
        {
            KeyClass key = VendorApplication.KeyClassOf(await run.Vault.ReadAsync(sha256, cancel));
            if (key != KeyClass.NotReadable)
                return (key, $"its own code in the earlier backup {sha256}");
        }

        return (KeyClass.NotReadable, "");
    }

    private static StepOutcome Passed(ActiveRun run, int again)
    {
        Debug.Assert(run.BackupSha256 is not null, "stored above");
        return StepOutcome.Pass(
            $"{run.Backup!.Length / 1024} KiB in the vault as {run.BackupSha256![..12]}…, chip CRC agrees{(again == 0 ? "" : $", {again} blocks read again")}") with
        { Attempts = again == 0 ? 1 : 2 };
    }
}

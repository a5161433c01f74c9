using System.Security.Cryptography;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Images;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Writes a backup back into the unit it is of, and compares it byte by byte before anything may boot: the vendor's firmware changes its
/// store as soon as it runs.</summary>
/// <remarks>Through the guard like every change: the unit's present flash must be in the vault first (law 1), nothing below 0x11000 and not the RF
/// sector is touched (law 3), an intent is committed per 64 KiB block (law 9). The bus must be linked and the unit identified.</remarks>
public static class WriteBack
{
    /// <summary>The claim that says which backup was compared; with it a run that was cut off later still knows that its unit is restored.</summary>
    public const string RestoredClaim = "restored";

    /// <summary>The claim that says the SHA-256 of the bytes that were compared, as the unit holds them: 0x11000 to the RF sector, then from behind it to
    /// the end of the flash.</summary>
    public const string WrittenClaim = "written-sha256";

    private const string Retest = "Restore the unit once more; if it fails again, put it in the red box.";

    /// <summary>Writes the unit's own original backup back and compares it: all that a recipe's <c>interrupted: restore</c> needs.</summary>
    /// <param name="run">With a trusted backup of the unit as it is now.</param>
    /// <param name="cancel">Ends the work after the command in flight.</param>
    /// <returns>Passed where the flash holds the original again, and the run's state is <see cref="UnitState.Restored"/>.</returns>
    /// <exception cref="InvalidOperationException">A bug of ours: the unit has no backup, so nothing may be written.</exception>
    public static async Task<StepOutcome> OwnOriginalAsync(ActiveRun run, CancellationToken cancel)
    {
        UnitBackup original = await OriginalOfAsync(run, cancel) ?? throw new InvalidOperationException("the unit has no backup to write back");
        byte[] backup = await run.Vault.ReadAsync(original.Sha256, cancel);
        StepOutcome written = await RestoreAsync(run, run.Backup!, backup, cancel);
        return written.Passed ? await CompareAsync(run, backup, original.Sha256, cancel) : written;
    }

    /// <summary>The unit's original backup, this run's own where it has no earlier one; null before <c>backup</c>.</summary>
    public static async Task<UnitBackup?> OriginalOfAsync(ActiveRun run, CancellationToken cancel)
    {
        if (run.UnitId is not { } unit)
            return null;
        IReadOnlyList<UnitBackup> backups = await run.Journal.BackupsOfAsync(unit, cancel);
        return backups.FirstOrDefault(backup => backup.IsOriginal);
    }

    /// <summary>Erases and writes the sectors that differ from a backup, and has the chip's CRC agree over both ranges.</summary>
    /// <param name="run">With a trusted backup of the unit.</param>
    /// <param name="present">The whole flash as it was just read, the chip's CRC agreeing.</param>
    /// <param name="backup">The whole flash as it is to be; as long as the chip.</param>
    /// <param name="cancel">Ends the work after the command in flight; what was begun is in the intents.</param>
    public static async Task<StepOutcome> RestoreAsync(ActiveRun run, byte[] present, byte[] backup, CancellationToken cancel)
    {
        RequireWhole(run, present);
        RequireWhole(run, backup);
        if (Words.Of(await run.Guard().UnprotectAsync(cancel), run.State) is { } locked)
            return locked;
        // What an earlier run was cut off in may read right today and not tomorrow: it is written whatever it reads.
        IReadOnlyList<FlashRange> changed = Changed(Ranges(run), present, backup, run.CutOff?.Suspects ?? []);
        long all = changed.Sum(range => range.LengthBytes), done = 0;
        run.Progress(new StepProgress(RecipeSteps.Restore, 0, all));
        foreach (FlashRange range in changed)
        {
            GuardedRange open = run.Guard().Open(FlashPurpose.Restore, range);
            if (await open.WriteAsync(Part(backup, range), new Teller(bytes => Tell(run, done + bytes, all)), cancel) is { } fault)
                return Words.Of(fault);
            done += range.LengthBytes;
        }

        foreach (FlashRange range in Ranges(run))
        {
            VerifyResult verified = await run.Guard().Open(FlashPurpose.Restore, range).VerifyAndHealAsync(Part(backup, range), cancel);
            if (verified.Fault is { } wrong)
                return Words.Of(wrong);
        }

        long unchanged = Ranges(run).Sum(range => range.LengthBytes) - all;
        return StepOutcome.Pass($"{all / FlashAddress.SectorBytes} sectors written back, {unchanged / FlashAddress.SectorBytes} were right already; the chip's CRC agrees");
    }

    /// <summary>Reads the whole flash and compares what may be written with the backup, byte by byte. Nothing has booted since it was written.</summary>
    /// <param name="run">The same session as <see cref="RestoreAsync"/>.</param>
    /// <param name="backup">What was written.</param>
    /// <param name="sha256">The backup's hash, or what it is a copy of, for the record.</param>
    /// <param name="cancel">Ends the work after the exchange in flight.</param>
    /// <exception cref="Bench.BenchException">read-mismatch: reads and the chip's own CRC go on to differ.</exception>
    public static async Task<StepOutcome> CompareAsync(ActiveRun run, byte[] backup, string sha256, CancellationToken cancel)
    {
        byte[] now = await ReadAllAsync(run, RecipeSteps.Compare, cancel);
        long compared = 0;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (FlashRange range in Ranges(run))
        {
            if (FlashDifference.Between("backup", now, backup, range) is { } differs)
                return StepOutcome.Fail("crc-mismatch", $"what was written back reads differently: {differs.Text}", Retest);
            hash.AppendData(Part(now, range).Span);
            compared += range.LengthBytes;
        }

        if (FlashDifference.Between("RF sector", now, run.Backup!, run.Layout!.RfSector) is { } radio)
            return StepOutcome.Fail("rf-changed", $"the RF sector is not what it was before the restore: {radio.Text}", "Keep the unit apart: its radio calibration has changed.");
        run.State = UnitState.Restored;
        run.Bus.Boots.HasApplication = VendorApplication.OpenBekenVersion(backup) is not null;
        await run.Record.AddClaimsAsync(
            [
                new Claim(RestoredClaim, sha256, ClaimSource.Readback),
                new Claim(WrittenClaim, Convert.ToHexStringLower(hash.GetHashAndReset()), ClaimSource.Readback),
            ],
            cancel);
        return StepOutcome.Pass($"{compared} bytes are the backup's, byte by byte, before anything booted");
    }

    /// <summary>The whole flash as it is now, the chip's CRC agreeing.</summary>
    /// <exception cref="Bench.BenchException">read-mismatch.</exception>
    internal static async Task<byte[]> ReadAllAsync(ActiveRun run, string step, CancellationToken cancel)
    {
        uint bytes = run.Identity!.FlashBytes;
        run.Progress(new StepProgress(step, 0, bytes));
        ProvenRead read = await ProvenRead.ReadAsync(
            run.Bus.Session,
            new FlashRange(new FlashAddress(0), bytes),
            run.Recipe.Retry.Read,
            new Teller(done => run.Progress(new StepProgress(step, done, bytes))),
            cancel);
        return read.Bytes;
    }

    /// <summary>What a restore may write: 0x11000 to the end, without the RF sector (law 3).</summary>
    internal static IReadOnlyList<FlashRange> Ranges(ActiveRun run)
    {
        FlashRange rf = run.Layout!.RfSector;
        return
        [
            FlashRange.FromTo(FlashLayout.WriteFloor.Value, rf.Start.Value),
            FlashRange.FromTo(rf.End.Value, run.Identity!.FlashBytes),
        ];
    }

    /// <summary>The sectors that differ or are suspect, neighbours joined.</summary>
    internal static IReadOnlyList<FlashRange> Changed(
        IEnumerable<FlashRange> ranges, ReadOnlySpan<byte> present, ReadOnlySpan<byte> backup, IReadOnlyList<FlashRange> suspects)
    {
        List<FlashRange> changed = [];
        foreach (FlashRange range in ranges)
        {
            for (FlashAddress sector = range.Start; sector < range.End; sector += FlashAddress.SectorBytes)
            {
                FlashRange one = new(sector, FlashAddress.SectorBytes);
                if (!suspects.Any(one.Overlaps) && Part(present, one).SequenceEqual(Part(backup, one)))
                    continue;
                if (changed is [.., var last] && last.End == sector && range.Contains(last))
                    changed[^1] = new FlashRange(last.Start, last.LengthBytes + FlashAddress.SectorBytes);
                else
                    changed.Add(one);
            }
        }

        return changed;
    }

    private static ReadOnlyMemory<byte> Part(byte[] flash, FlashRange range) => flash.AsMemory((int)range.Start.Value, (int)range.LengthBytes);

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> flash, FlashRange range) => flash.Slice((int)range.Start.Value, (int)range.LengthBytes);

    private static void Tell(ActiveRun run, long done, long all)
    {
        if (run.State == UnitState.Erased)
            run.State = UnitState.PartlyWritten;
        run.Progress(new StepProgress(RecipeSteps.Restore, done, all));
    }

    private static void RequireWhole(ActiveRun run, byte[] flash)
    {
        if (flash.Length != run.Identity!.FlashBytes)
            throw new InvalidOperationException($"{flash.Length} bytes are not the whole flash of {run.Identity.FlashBytes}");
    }
}

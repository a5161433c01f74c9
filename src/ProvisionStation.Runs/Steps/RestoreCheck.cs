using ProvisionStation.Beken;
using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Images;
using ProvisionStation.Records;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Runs.Steps;

/// <summary>Says whether a backup may go into the unit in the slot.</summary>
internal static class RestoreCheck
{
    private const string OtherUnit = "other-unit";

    /// <summary>After <c>identify</c>: it must be the unit the backup is of, or one that a person allows it for.</summary>
    public static async Task<StepOutcome> OfUnitAsync(ActiveRun run, RestoreOrder order, CancellationToken cancel)
    {
        ChipIdentity identity = run.Identity!;
        string chip = identity.Model.ToString();
        bool isConvertible = identity.Model is ChipModel.BK7231N or ChipModel.BK7231M or ChipModel.BK7231T;
        if (!isConvertible || chip != order.Marks.Chip)
            return Other($"a {chip} is in the slot, the backup is of a {order.Marks.Chip}");
        if (identity.FlashBytes != order.Content.Length)
            return Other($"the flash in the slot has {identity.FlashBytes} bytes, the backup {order.Content.Length}");
        string mac = run.Mac ?? "not readable";
        if (order.OnlyRfSector)
        {
            if (RfOwner(run, order) is { } other)
                return other;
            await RecordAsync(run, order, "restore --rf", null, cancel);
            return StepOutcome.Pass($"{chip}, MAC {mac}: its RF sector may be written back");
        }

        bool isOwn = order.IsOwn(run.UnitId!.Value);
        if (!isOwn && order.CloneReason is null)
            return Other($"the unit in the slot is another one: MAC {mac}, flash {run.Marks!.FlashId ?? "not readable"}; the backup is of MAC {order.Marks.Mac ?? "not readable"}, flash {order.Marks.FlashId ?? "not readable"}{SameMac(run, order)}");
        if (isOwn)
            return StepOutcome.Pass($"{chip}, MAC {mac}: the unit the backup is of{(order.CloneReason is null ? "" : ", so nothing is cloned")}");
        string copy = order.WithIdentity ? "with its identity" : "without identity and personal data";
        await run.ClaimAsync(RestoreOrder.ClonedFromClaim, order.Backup.Sha256, ClaimSource.Entered, cancel);
        await run.ClaimAsync(
            "override", $"clone-anyway {copy}, of MAC {order.Marks.Mac ?? "not readable"}, unit {order.Backup.Unit}; by {order.Operator}: {order.CloneReason}", ClaimSource.Entered, cancel);
        await RecordAsync(run, order, "restore --clone-anyway", order.WithIdentity ? "identity" : "scrubbed", cancel);
        return StepOutcome.Pass($"{chip}, MAC {mac}: gets a copy of another unit's backup {copy}, as {order.Operator} ordered");
    }

    /// <summary>What a person ordered is a fact before anything is erased.</summary>
    private static Task<RecordedFact> RecordAsync(ActiveRun run, RestoreOrder order, string what, string? copy, CancellationToken cancel) => run.Journal.RecordFactAsync(
        new LedgerFact(FactKinds.Override, run.UnitId!.Value.ToString(), new Dictionary<string, string?>
        {
            ["what"] = what,
            ["by"] = "operator",
            ["operator"] = order.Operator,
            ["reason"] = order.CloneReason,
            ["run"] = run.Record.Id.ToString(),
            ["backupSha256"] = order.Backup.Sha256,
            ["backupUnit"] = order.Backup.Unit.ToString(),
            ["backupMac"] = order.Marks.Mac,
            ["copy"] = copy,
        }),
        cancel);

    /// <summary>After <c>backup</c>: the present flash is in the vault; may it be erased?</summary>
    /// <remarks>A unit that lost its RF sector has no plausible one in its present flash: there everything else must be plausible.</remarks>
    public static StepOutcome? OfBackup(ActiveRun run, RestoreOrder order)
    {
        byte[] present = run.Backup!;
        if (order.OnlyRfSector)
        {
            present = [.. present];
            FlashRange rf = run.Layout!.RfSector;
            order.Content.AsSpan((int)rf.Start.Value, (int)rf.LengthBytes).CopyTo(present.AsSpan((int)rf.Start.Value));
        }

        if (BackupPlausibility.Check(present, run.Identity!.Model) is { } problem)
            return StepOutcome.Fail("backup-implausible", problem, "Keep the unit apart and do not flash it: its present flash cannot be trusted.");
        KeyClass key = VendorApplication.KeyClassOf(order.Content), own = OwnKey(run);
        bool differs = key != KeyClass.NotReadable && own != KeyClass.NotReadable && key != own;
        return differs && !order.IsOwn(run.UnitId!.Value)
            ? StepOutcome.Fail("wrong-key", $"the unit runs code with {IdentifyStep.InWords(own)}, the backup's is made for {IdentifyStep.InWords(key)}", "Sort the unit out: nothing was changed on it.")
            : null;
    }

    private static KeyClass OwnKey(ActiveRun run) =>
        run.Identity!.KeyClass != KeyClass.NotReadable ? run.Identity.KeyClass : VendorApplication.KeyClassOf(run.Backup);

    /// <summary>Whose RF sector it is, a unit without one cannot tell: flash id and a person's word must do. Another unit's is never overwritten.</summary>
    private static StepOutcome? RfOwner(ActiveRun run, RestoreOrder order)
    {
        if (run.Marks!.FlashId != order.Marks.FlashId)
            return Other($"flash {run.Marks.FlashId ?? "not readable"} is in the slot, the backup is of flash {order.Marks.FlashId ?? "not readable"}");
        bool isNobodys = RfPartition.Parse(run.RfSector, run.Layout!.RfSector.Start) is null or { MacText: null } or { IsPlaceholder: true };
        return isNobodys || run.Mac == order.Marks.Mac
            ? null
            : Other($"the unit in the slot has an RF sector of its own, with MAC {run.Mac}; the backup is of MAC {order.Marks.Mac}");
    }

    private static string SameMac(ActiveRun run, RestoreOrder order) => run.Mac is not null && run.Mac == order.Marks.Mac
        ? "; the MAC is the same, so its RF sector has changed: 'restore --rf' brings that back first"
        : "";

    private static StepOutcome Other(string detail) => StepOutcome.Abort(
        OtherUnit, detail, "Nothing was changed on the unit. Put in the unit that is meant, or give its own MAC or unit id; --clone-anyway is for a person who knows why.");
}

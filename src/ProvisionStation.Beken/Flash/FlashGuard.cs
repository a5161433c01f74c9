using ProvisionStation.Beken.BootLoader;

namespace ProvisionStation.Beken.Flash;

/// <summary>The one way to erase and write. Refuses what law 3 forbids, asks for the backup (law 1) and has the intent committed (law 9) first.</summary>
/// <param name="session">The identified session.</param>
/// <param name="backupIsDurable">True only once the whole backup is in the vault, synced and read back with the same hash. Asked before every erase.</param>
/// <param name="commitIntent">Commits to stable storage what is about to be erased, before it is; called per 64 KiB block at the latest.</param>
public sealed class FlashGuard(
    BootLoaderSession session,
    Func<bool> backupIsDurable,
    Func<FlashPurpose, FlashRange, CancellationToken, Task> commitIntent)
{
    private static readonly FlashRange Nothing = new(new FlashAddress(0), 0);

    /// <summary>Opens one declared range for one purpose.</summary>
    /// <param name="purpose">Why.</param>
    /// <param name="range">Whole sectors.</param>
    /// <exception cref="InvalidOperationException">A bug of ours: the range is not legal for the purpose and chip, or there is no durable backup.</exception>
    public GuardedRange Open(FlashPurpose purpose, FlashRange range)
    {
        RequireLegal(purpose, range);
        return new GuardedRange(range, session, new FlashWriter(session, range, Authorise, erased => RequireLegal(purpose, erased)));

        async Task Authorise(FlashRange part, CancellationToken cancel)
        {
            RequireLegal(purpose, part);
            await commitIntent(purpose, part, cancel);
        }
    }

    /// <summary>Clears the flash's protection where needed; does nothing to a flash that is open already.</summary>
    /// <remarks>The status register is non-volatile: before the first write to it, the backup is asked for and an intent without a range is
    /// committed.</remarks>
    /// <exception cref="InvalidOperationException">A bug of ours: there is no durable backup, or the chip is not converted.</exception>
    public Task<ProtectionResult> UnprotectAsync(CancellationToken cancel)
    {
        RequireReady(FlashPurpose.Unprotect, Nothing);
        return session.UnprotectAsync(
            async token =>
            {
                RequireReady(FlashPurpose.Unprotect, Nothing);
                await commitIntent(FlashPurpose.Unprotect, Nothing, token);
            },
            cancel);
    }

    /// <summary>Why law 3 forbids it; null where it does not.</summary>
    /// <remarks>Asked again before every erase: what was opened for one chip is not open for another.</remarks>
    internal static string? WhyNot(FlashPurpose purpose, FlashRange range, ChipIdentity identity)
    {
        if (!IsConverted(identity) || FlashLayout.Of(identity.Model) is not { } layout)
            return $"a {identity.Model} is not converted";
        if (identity.FlashBytes == 0)
            return "the size of the flash is not known, so an address might wrap";
        if (!range.IsSectorAligned)
            return "it is not whole sectors";
        // A serial NOR ignores address bits above its size: what counts is where the bytes land.
        uint wrapped = range.Start.Value % identity.FlashBytes;
        if (wrapped < FlashLayout.WriteFloor.Value)
            return $"it begins below {FlashLayout.WriteFloor}, where the boot loader lies";
        if ((ulong)range.Start.Value + range.LengthBytes > identity.FlashBytes)
            return "it ends behind the flash and would wrap";
        if (purpose != FlashPurpose.RfSector && range.Overlaps(layout.RfSector))
            return "it touches the RF sector";
        return Allowed(purpose, layout, identity.FlashBytes) is { } allowed && allowed.Contains(range) ? null : $"{purpose} may not go there";
    }

    private static bool IsConverted(ChipIdentity identity) =>
        identity.Model is ChipModel.BK7231N or ChipModel.BK7231M or ChipModel.BK7231T;

    private static FlashRange? Allowed(FlashPurpose purpose, FlashLayout layout, uint flashBytes) => purpose switch
    {
        FlashPurpose.Image => FlashRange.FromTo(FlashLayout.WriteFloor.Value, layout.RfSector.Start.Value),
        FlashPurpose.Configuration => layout.ConfigSector,
        FlashPurpose.VendorStore => layout.VendorStore,
        FlashPurpose.Restore => FlashRange.FromTo(FlashLayout.WriteFloor.Value, flashBytes),
        FlashPurpose.RfSector => layout.RfSector,
        _ => null,
    };

    private void RequireLegal(FlashPurpose purpose, FlashRange range)
    {
        ChipIdentity identity = session.Identity ?? throw Refused(purpose, range, "the unit is not identified");
        if (WhyNot(purpose, range, identity) is { } why)
            throw Refused(purpose, range, why);
        RequireReady(purpose, range);
    }

    /// <summary>What holds for every change, wherever it lands.</summary>
    private void RequireReady(FlashPurpose purpose, FlashRange range)
    {
        ChipIdentity identity = session.Identity ?? throw Refused(purpose, range, "the unit is not identified");
        if (!IsConverted(identity))
            throw Refused(purpose, range, $"a {identity.Model} is not converted");
        if (!backupIsDurable())
            throw Refused(purpose, range, "the unit's backup is not durable");
    }

    private static InvalidOperationException Refused(FlashPurpose purpose, FlashRange range, string why) =>
        new($"Refused to change {range.Start} + {range.LengthBytes} bytes ({purpose}): {why}.");
}

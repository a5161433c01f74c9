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
    /// <summary>Opens one declared range for one purpose.</summary>
    /// <param name="purpose">Why.</param>
    /// <param name="range">Whole sectors.</param>
    /// <exception cref="InvalidOperationException">A bug of ours: the range is not legal for the purpose and chip, or there is no durable backup.</exception>
    public GuardedRange Open(FlashPurpose purpose, FlashRange range) =>
        throw new NotImplementedException($"{session} {backupIsDurable} {commitIntent} {purpose} {range}");
}

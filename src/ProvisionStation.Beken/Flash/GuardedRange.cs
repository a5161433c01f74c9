namespace ProvisionStation.Beken.Flash;

/// <summary>A range that may be erased and written now, through the guard that made it.</summary>
public sealed class GuardedRange
{
    internal GuardedRange(FlashRange range) => Range = range;

    /// <summary>What may be written.</summary>
    public FlashRange Range { get; }

    /// <summary>Erases and writes all of the range, block by block: intent, erase (64 KiB where aligned, else 4 KiB), write each sector that is not blank.</summary>
    /// <param name="content">Exactly the range's length.</param>
    /// <param name="progress">Bytes done so far.</param>
    /// <param name="cancel">Ends the work after the command in flight; what was begun is in the intents.</param>
    /// <returns>Null when every command was answered with success; otherwise the fault, after the retries.</returns>
    public Task<FlashFault?> WriteAsync(ReadOnlyMemory<byte> content, IProgress<long>? progress, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Asks the chip's CRC over the range; where it differs, halves the range by CRC until the bad sectors are known, erases and writes
    /// only those, and asks again, as often as the session's write tries allow.</summary>
    /// <param name="content">Exactly the range's length.</param>
    /// <param name="cancel">Ends the work after the command in flight.</param>
    public Task<VerifyResult> VerifyAndHealAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Erases all of the range and nothing more.</summary>
    public Task<FlashFault?> EraseAsync(CancellationToken cancel) => throw new NotImplementedException();
}

using ProvisionStation.Beken.BootLoader;

namespace ProvisionStation.Beken.Flash;

/// <summary>Erases and writes inside one guarded range, with retries, and names what does not take.</summary>
/// <param name="session">The unit.</param>
/// <param name="range">Nothing outside is touched, whatever is asked.</param>
/// <param name="authorise">Checks the backup and commits the intent; before the first erase of each part.</param>
/// <param name="requireLegal">Asks for law 3 and the backup before every single erase, so that one answer never covers the next.</param>
internal sealed class FlashWriter(
    BootLoaderSession session,
    FlashRange range,
    Func<FlashRange, CancellationToken, Task> authorise,
    Action<FlashRange> requireLegal)
{
    private const byte Blank = 0xFF;
    private static readonly byte[] BlankSector = [.. Enumerable.Repeat(Blank, (int)FlashAddress.SectorBytes)];

    /// <summary>The range cut at 64 KiB borders.</summary>
    public IEnumerable<FlashRange> Blocks()
    {
        for (uint start = range.Start.Value; start < range.End.Value;)
        {
            uint end = Math.Min(range.End.Value, (start / FlashAddress.BlockBytes + 1) * FlashAddress.BlockBytes);
            yield return FlashRange.FromTo(start, end);
            start = end;
        }
    }

    /// <summary>Commits the intent and erases a part: at once where it is a whole block, else sector by sector.</summary>
    /// <param name="part">At most one block.</param>
    /// <param name="prove">True to read its first sector back: a protected flash answers success and erases nothing.</param>
    /// <param name="cancel">Ends the work between commands.</param>
    public async Task<FlashFault?> EraseAsync(FlashRange part, bool prove, CancellationToken cancel)
    {
        await authorise(part, cancel);
        for (int attempt = 1; ; attempt++)
        {
            byte status = await ErasePartAsync(part, cancel);
            FlashFault? fault = status != 0 || prove ? await ReadFaultAsync(part.Start, BlankSector, status, cancel) : null;
            if ((fault is null && status == 0) || attempt == session.WriteTries)
                return fault;
            session.CountWriteRetry();
        }
    }

    /// <summary>Writes one sector that was just erased; erases and writes it again where that fails. A blank one needs no writing.</summary>
    public async Task<FlashFault?> WriteAsync(FlashAddress sector, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        byte? status = await TryWriteAsync(sector, content, cancel);
        for (int attempt = 1; status != 0 && attempt < session.WriteTries; attempt++)
        {
            session.CountWriteRetry();
            status = await RewriteOnceAsync(sector, content, cancel);
        }

        return status == 0 ? null : await ReadFaultAsync(sector, content, status ?? 0, cancel);
    }

    /// <summary>Erases and writes one sector again until the chip's CRC over it is right, as often as the session's write tries allow.</summary>
    /// <returns>How often it was written, and the fault that is left.</returns>
    public async Task<(int Rounds, FlashFault? Fault)> HealAsync(FlashAddress sector, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var part = new FlashRange(sector, FlashAddress.SectorBytes);
        uint expected = Crc32.Of(content.Span);
        byte? status = 0;
        for (int round = 1; round <= session.WriteTries; round++)
        {
            await authorise(part, cancel);
            session.CountWriteRetry();
            status = await RewriteOnceAsync(sector, content, cancel);
            if (await session.CrcAsync(part, cancel) == expected)
                return (round, null);
        }

        return (session.WriteTries, await ReadFaultAsync(sector, content, status ?? 0, cancel));
    }

    private async Task<byte?> RewriteOnceAsync(FlashAddress sector, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        byte status = await ErasePartAsync(new FlashRange(sector, FlashAddress.SectorBytes), cancel);
        return status == 0 ? await TryWriteAsync(sector, content, cancel) : status;
    }

    private async Task<byte> ErasePartAsync(FlashRange part, CancellationToken cancel)
    {
        bool whole = part.LengthBytes == FlashAddress.BlockBytes && part.Start.Value % FlashAddress.BlockBytes == 0;
        uint step = whole ? FlashAddress.BlockBytes : FlashAddress.SectorBytes;
        for (uint offset = 0; offset < part.LengthBytes; offset += step)
        {
            byte status = await EraseUnitAsync(new FlashRange(part.Start + offset, step), cancel);
            if (status != 0)
                return status;
        }

        return 0;
    }

    /// <summary>One erase, asked again while no valid answer comes; a line that stays silent ends as link-lost.</summary>
    private async Task<byte> EraseUnitAsync(FlashRange unit, CancellationToken cancel)
    {
        RequireInside(unit);
        byte opcode = unit.LengthBytes == FlashAddress.BlockBytes ? Commands.EraseBlock : Commands.EraseSector;
        for (int attempt = 1; ; attempt++)
        {
            cancel.ThrowIfCancellationRequested();
            requireLegal(unit);
            if (await session.EraseOnceAsync(opcode, unit.Start) is { } status)
                return status;
            if (attempt == session.WriteTries)
                throw session.LinkLost($"gives no valid answer to an erase at {unit.Start}");
            session.CountWriteRetry();
            await session.RecoverAsync(cancel);
        }
    }

    /// <summary>One write. Null where no valid answer came, with the line won back.</summary>
    private async Task<byte?> TryWriteAsync(FlashAddress sector, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        RequireInside(new FlashRange(sector, FlashAddress.SectorBytes));
        cancel.ThrowIfCancellationRequested();
        if (!content.Span.ContainsAnyExcept(Blank))
            return 0;
        byte? status = await session.WriteOnceAsync(sector, content);
        if (status is null)
            await session.RecoverAsync(cancel);
        return status;
    }

    /// <summary>Reads a sector back and names the first byte that is wrong; a refusal where none is; null where all is well after all.</summary>
    private async Task<FlashFault?> ReadFaultAsync(FlashAddress sector, ReadOnlyMemory<byte> content, byte status, CancellationToken cancel)
    {
        byte[] read = await session.ReadAsync(new FlashRange(sector, FlashAddress.SectorBytes), null, cancel);
        int at = content.Span.CommonPrefixLength(read);
        if (at == read.Length)
            return status == 0 ? null : new FlashFault(FlashFaultKind.Refused, sector, content.Span[0], read[0], status);
        byte expected = content.Span[at];
        // Erase sets bits and programming clears them: a 0 that should be 1 was never erased.
        FlashFaultKind kind = (expected & ~read[at]) != 0 ? FlashFaultKind.SectorNotErased : FlashFaultKind.BitNotProgrammed;
        return new FlashFault(kind, sector + (uint)at, expected, read[at], status);
    }

    private void RequireInside(FlashRange part)
    {
        if (!range.Contains(part))
            throw new InvalidOperationException($"Refused to touch {part}: only {range} was opened.");
    }
}

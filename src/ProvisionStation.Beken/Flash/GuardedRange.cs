using ProvisionStation.Beken.BootLoader;

namespace ProvisionStation.Beken.Flash;

/// <summary>A range that may be erased and written now, through the guard that made it.</summary>
public sealed class GuardedRange
{
    private readonly BootLoaderSession session;
    private readonly FlashWriter writer;

    internal GuardedRange(FlashRange range, BootLoaderSession session, FlashWriter writer) =>
        (Range, this.session, this.writer) = (range, session, writer);

    /// <summary>What may be written.</summary>
    public FlashRange Range { get; }

    /// <summary>Erases and writes all of the range, block by block: intent, erase (64 KiB where aligned, else 4 KiB), write each sector that is not blank.</summary>
    /// <param name="content">Exactly the range's length.</param>
    /// <param name="progress">Bytes done so far.</param>
    /// <param name="cancel">Ends the work after the command in flight; what was begun is in the intents.</param>
    /// <returns>Null when every command was answered with success; otherwise the fault, after the retries.</returns>
    public async Task<FlashFault?> WriteAsync(ReadOnlyMemory<byte> content, IProgress<long>? progress, CancellationToken cancel)
    {
        RequireLength(content);
        foreach (FlashRange block in writer.Blocks())
        {
            if (await writer.EraseAsync(block, prove: block.Start == Range.Start, cancel) is { } notErased)
                return notErased;
            for (uint offset = 0; offset < block.LengthBytes; offset += FlashAddress.SectorBytes)
            {
                FlashAddress sector = block.Start + offset;
                if (await writer.WriteAsync(sector, Sector(content, sector), cancel) is { } notWritten)
                    return notWritten;
                progress?.Report(sector.Value - Range.Start.Value + FlashAddress.SectorBytes);
            }
        }

        return null;
    }

    /// <summary>Goes on with a write that was cut off: erases and writes every sector of the suspect ranges, whatever its CRC says, and each other
    /// sector whose CRC differs.</summary>
    /// <remarks>Each sector that is not suspect is asked for its CRC once: one pass over the range, however much of it is wrong. Halving would ask for
    /// the wrong half again and again.</remarks>
    /// <param name="content">Exactly the range's length.</param>
    /// <param name="suspects">What was being erased or written when it was cut off: a torn cell in it may read right today.</param>
    /// <param name="progress">Bytes of the blocks done so far.</param>
    /// <param name="cancel">Ends the work after the command in flight; what was begun is in the intents.</param>
    /// <returns>The sectors erased, and the fault that is left after the retries.</returns>
    public async Task<(int Sectors, FlashFault? Fault)> ResumeAsync(
        ReadOnlyMemory<byte> content, IReadOnlyList<FlashRange> suspects, IProgress<long>? progress, CancellationToken cancel)
    {
        RequireLength(content);
        int sectors = 0;
        uint done = 0;
        // The suspects first: cut off again before they are done, they are in the intents again.
        foreach (FlashRange block in writer.Blocks().OrderByDescending(block => suspects.Any(block.Overlaps)))
        {
            List<FlashAddress> wrong = await WrongSectorsAsync(block, content, suspects, cancel);
            foreach (FlashRange part in Together(wrong))
            {
                if (await writer.EraseAsync(part, prove: sectors == 0, cancel) is { } notErased)
                    return (sectors, notErased);
                sectors += (int)(part.LengthBytes / FlashAddress.SectorBytes);
                for (uint offset = 0; offset < part.LengthBytes; offset += FlashAddress.SectorBytes)
                {
                    if (await writer.WriteAsync(part.Start + offset, Sector(content, part.Start + offset), cancel) is { } notWritten)
                        return (sectors, notWritten);
                }
            }

            done += block.LengthBytes;
            progress?.Report(done);
        }

        return (sectors, null);
    }

    /// <summary>Asks the chip's CRC over the range; where it differs, halves the range by CRC until the bad sectors are known, erases and writes
    /// only those until they are right, as often as the session's write tries allow, and asks over the whole range again.</summary>
    /// <param name="content">Exactly the range's length.</param>
    /// <param name="cancel">Ends the work after the command in flight.</param>
    public async Task<VerifyResult> VerifyAndHealAsync(ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        RequireLength(content);
        uint expected = Crc32.Of(content.Span);
        uint answered = await session.CrcAsync(Range, cancel);
        int rounds = 0;
        var healed = new List<FlashAddress>();
        for (int search = 0; answered != expected && search < session.WriteTries; search++)
        {
            foreach (FlashAddress sector in await BadSectors.FindAsync(session, Range, content, cancel))
            {
                (int sectorRounds, FlashFault? fault) = await writer.HealAsync(sector, Sector(content, sector), cancel);
                rounds = Math.Max(rounds, sectorRounds);
                if (fault is not null)
                    return new VerifyResult(expected, answered, rounds, healed, fault);
                healed.Add(sector);
            }

            answered = await session.CrcAsync(Range, cancel);
        }

        FlashFault? unexplained = answered == expected
            ? null
            : new FlashFault(FlashFaultKind.CrcMismatch, Range.Start, content.Span[0], content.Span[0]);
        return new VerifyResult(expected, answered, rounds, healed, unexplained);
    }

    /// <summary>Erases all of the range and nothing more.</summary>
    public async Task<FlashFault?> EraseAsync(CancellationToken cancel)
    {
        foreach (FlashRange block in writer.Blocks())
        {
            if (await writer.EraseAsync(block, prove: block.Start == Range.Start, cancel) is { } fault)
                return fault;
        }

        return null;
    }

    private async Task<List<FlashAddress>> WrongSectorsAsync(
        FlashRange block, ReadOnlyMemory<byte> content, IReadOnlyList<FlashRange> suspects, CancellationToken cancel)
    {
        List<FlashAddress> wrong = [];
        for (uint offset = 0; offset < block.LengthBytes; offset += FlashAddress.SectorBytes)
        {
            FlashRange sector = new(block.Start + offset, FlashAddress.SectorBytes);
            if (suspects.Any(sector.Overlaps) || await session.CrcAsync(sector, cancel) != Crc32.Of(Sector(content, sector.Start).Span))
                wrong.Add(sector.Start);
        }

        return wrong;
    }

    /// <summary>Neighbours as one range: a whole block is erased at once.</summary>
    private static IEnumerable<FlashRange> Together(List<FlashAddress> sectors)
    {
        for (int first = 0, next; first < sectors.Count; first = next)
        {
            next = first + 1;
            while (next < sectors.Count && sectors[next] == sectors[next - 1] + FlashAddress.SectorBytes)
                next++;
            yield return new FlashRange(sectors[first], (uint)(next - first) * FlashAddress.SectorBytes);
        }
    }

    private ReadOnlyMemory<byte> Sector(ReadOnlyMemory<byte> content, FlashAddress sector) =>
        content.Slice((int)(sector.Value - Range.Start.Value), (int)FlashAddress.SectorBytes);

    private void RequireLength(ReadOnlyMemory<byte> content)
    {
        if (content.Length != Range.LengthBytes)
            throw new ArgumentException($"{content.Length} bytes do not fill {Range}.", nameof(content));
    }
}

using ProvisionStation.Beken.BootLoader;
using ProvisionStation.Bench;

namespace ProvisionStation.Beken.Flash;

/// <summary>Flash content that the chip's own CRC agrees with: what is judged or recorded is never a bare read, since nothing in a read's frame
/// protects its payload.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="Crc">The chip's CRC over it, which is also its own.</param>
/// <param name="ReadAgain">Pieces that had to be read again, of 64 KiB or less.</param>
public sealed record ProvenRead(byte[] Bytes, uint Crc, int ReadAgain)
{
    /// <summary>Reads a range and asks the chip's CRC; where the two differ, halves down to blocks and reads those again.</summary>
    /// <param name="session">The identified session.</param>
    /// <param name="range">Whole sectors.</param>
    /// <param name="tries">How often differing blocks are read again, 1 and up.</param>
    /// <param name="progress">Bytes read so far.</param>
    /// <param name="cancel">Ends the work after the exchange in flight.</param>
    /// <exception cref="BenchException"><see cref="BenchReasons.ReadMismatch"/>: they go on to differ.</exception>
    public static async Task<ProvenRead> ReadAsync(
        BootLoaderSession session, FlashRange range, int tries, IProgress<long>? progress, CancellationToken cancel)
    {
        byte[] bytes = await session.ReadAsync(range, progress, cancel);
        int again = 0;
        for (int round = 0; ; round++)
        {
            uint crc = await session.CrcAsync(range, cancel);
            if (crc == Crc32.Of(bytes))
                return new ProvenRead(bytes, crc, again);
            if (round == tries)
            {
                throw new BenchException(
                    BenchReasons.ReadMismatch,
                    $"what was read at {range} and the chip's own CRC {crc:X8} disagree after {round} more reads",
                    "Shorten the wires, check ground, lower the bit rates in the recipe, then retest the unit.");
            }

            again += await ReadBadBlocksAgainAsync(session, range, bytes, cancel);
        }
    }

    private static async Task<int> ReadBadBlocksAgainAsync(BootLoaderSession session, FlashRange range, byte[] bytes, CancellationToken cancel)
    {
        int again = 0;
        for (uint offset = 0; offset < range.LengthBytes; offset += FlashAddress.BlockBytes)
        {
            FlashRange block = new(range.Start + offset, Math.Min(FlashAddress.BlockBytes, range.LengthBytes - offset));
            Memory<byte> read = bytes.AsMemory((int)offset, (int)block.LengthBytes);
            if (await session.CrcAsync(block, cancel) == Crc32.Of(read.Span))
                continue;
            (await session.ReadAsync(block, null, cancel)).CopyTo(read);
            again++;
        }

        return again;
    }
}

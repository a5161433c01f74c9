using ProvisionStation.Beken.BootLoader;

namespace ProvisionStation.Beken.Flash;

/// <summary>Finds the sectors whose content is wrong by halving a range with the chip's own CRC: a megabyte is not read to find 4 KiB.</summary>
internal static class BadSectors
{
    /// <summary>The wrong sectors of a range whose CRC is known to be wrong; none where every answer turns out right.</summary>
    public static async Task<List<FlashAddress>> FindAsync(BootLoaderSession session, FlashRange range, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var found = new List<FlashAddress>();
        await SearchAsync(range, content);
        return found;

        async Task SearchAsync(FlashRange part, ReadOnlyMemory<byte> expected)
        {
            if (part.LengthBytes == FlashAddress.SectorBytes)
            {
                found.Add(part.Start);
                return;
            }

            uint half = part.LengthBytes / FlashAddress.SectorBytes / 2 * FlashAddress.SectorBytes;
            var left = new FlashRange(part.Start, half);
            var right = new FlashRange(left.End, part.LengthBytes - half);
            if (await session.CrcAsync(left, cancel) != Crc32.Of(expected.Span[..(int)half]))
                await SearchAsync(left, expected[..(int)half]);
            if (await session.CrcAsync(right, cancel) != Crc32.Of(expected.Span[(int)half..]))
                await SearchAsync(right, expected[(int)half..]);
        }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// Lays values into data sectors: 32 pages of 128 bytes, an index page per value, its text in pages behind it (storage sheet 3.3,
/// 3.4).
/// </summary>
internal sealed class TuyaBlocks
{
    private const int PageBytes = 128;
    private const int Pages = 32;
    private const int GenerationOffset = 0x0A;
    private const int MapOffset = 0x0F;

    private readonly byte[][] sectors;
    private int next = 1;

    public TuyaBlocks(int count)
    {
        sectors = new byte[count][];
        for (int block = 0; block < count; block++)
        {
            sectors[block] = new byte[ChipFacts.SectorBytes];
            sectors[block].AsSpan().Fill(0xFF);
        }
    }

    public byte[][] Fill(List<(string Name, byte[] Value)> values, SeededBytes random)
    {
        for (int block = 0; block < sectors.Length; block++)
        {
            Span<byte> header = sectors[block];
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x98761234);
            BinaryPrimitives.WriteUInt16LittleEndian(header[8..], (ushort)block);
            BinaryPrimitives.WriteUInt32LittleEndian(header[GenerationOffset..], 2 + (uint)(random.Next() % 60));
            header[0x0E] = 4;
            header.Slice(MapOffset, 4).Clear();
        }
        // A used store is no neat row: values begin somewhere, leave pages free between them and run over into the next block.
        next = 14 + (int)(random.Next() % 8);
        foreach ((string name, byte[] value) in values)
        {
            for (ulong free = random.Next() % 4; free > 0; free--)
                Take();
            Add(name, value, (uint)(0x00410000 + (random.Next() & 0xFFFC)));
        }
        foreach (byte[] sector in sectors)
            Seal(sector);
        return sectors;
    }

    /// <summary>The copy that a swap sector keeps: the same block one generation older.</summary>
    public static byte[] Earlier(byte[] sector) => OfGeneration(sector, -1);

    /// <summary>The copy that a swap sector holds after an interrupted write: one generation newer.</summary>
    public static byte[] Later(byte[] sector) => OfGeneration(sector, 1);

    /// <summary>The store's checksum: the plain sum of the bytes.</summary>
    public static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte value in bytes)
            sum += value;
        return sum;
    }

    private static byte[] OfGeneration(byte[] sector, int step)
    {
        byte[] copy = [.. sector];
        Span<byte> generation = copy.AsSpan(GenerationOffset);
        BinaryPrimitives.WriteInt32LittleEndian(generation, BinaryPrimitives.ReadInt32LittleEndian(generation) + step);
        Seal(copy);
        return copy;
    }

    private static void Seal(byte[] sector) => BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(4), Sum(sector.AsSpan(8)));

    private void Add(string name, byte[] value, uint strayPointer)
    {
        (int block, int page) = Take();
        Span<byte> index = sectors[block].AsSpan(page * PageBytes, PageBytes);
        sectors[block][MapOffset + (page / 8)] |= (byte)(1 << (page % 8));
        BinaryPrimitives.WriteUInt32LittleEndian(index, Sum(value));
        BinaryPrimitives.WriteInt32LittleEndian(index[4..], value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(index[8..], (ushort)block);
        index[0x0A] = (byte)page;
        BinaryPrimitives.WriteUInt32LittleEndian(index[0x0D..], strayPointer);
        index[0x11] = (byte)(name.Length + 1);
        Encoding.ASCII.GetBytes(name + "\0", index[0x12..]);
        BinaryPrimitives.WriteUInt16LittleEndian(index[0x0B..], (ushort)AddParts(value, index[(0x12 + name.Length + 1)..]));
    }

    /// <summary>A part is a run of pages within one block; a value that meets the end of its block goes on in the next.</summary>
    private int AddParts(byte[] value, Span<byte> parts)
    {
        int count = 0, lastBlock = -1;
        for (int at = 0; at < value.Length; at += PageBytes)
        {
            (int block, int page) = Take();
            value.AsSpan(at, Math.Min(PageBytes, value.Length - at)).CopyTo(sectors[block].AsSpan(page * PageBytes));
            if (block != lastBlock)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(parts[(4 * count)..], (ushort)block);
                parts[(4 * count) + 2] = (byte)page;
                count++;
                lastBlock = block;
            }
            parts[(4 * count) - 1] = (byte)page;
        }
        return count;
    }

    private (int Block, int Page) Take()
    {
        (int, int) place = (next / Pages, next % Pages);
        next++;
        if (next % Pages == 0)
            next++;
        return place;
    }
}

using System.Buffers.Binary;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>Finds whole frames in what arrives, byte by byte or in lumps, with anything in between. Bounded; never throws on content.</summary>
/// <remarks>Receiver rules: search <c>04 0E</c>, require <c>01 E0 FC</c> (and F4 in the long form), then take exactly the announced length.
/// Source: tools that compare from the first byte instead break on a single stray one (BK7231GUIFlashTool, developer notes).</remarks>
internal sealed class ReceiveBuffer(UartTrace? trace = null)
{
    /// <summary>04 0E LL 01 E0 FC OP.</summary>
    public const int ShortHeaderBytes = 7;

    /// <summary>04 0E FF 01 E0 FC F4 NN NN OP ST.</summary>
    public const int LongHeaderBytes = 11;

    /// <summary>The longest answer: a sector with its address.</summary>
    public const int LongestFrameBytes = LongHeaderBytes + 4 + 4096;

    private const int PrefixBytes = 6;
    private const int LongPrefixBytes = 9;
    private const byte LongMark = 0xFF;

    private readonly byte[] buffer = new byte[2 * LongestFrameBytes];
    private int head;
    private int tail;

    /// <summary>Bytes that belonged to no frame.</summary>
    public long StrayBytes { get; private set; }

    /// <summary>Bytes held and not yet taken.</summary>
    public int Count => tail - head;

    /// <summary>How many more bytes the frame begun needs at least; 1 where none is begun. Valid after <see cref="TryTake"/> found nothing.</summary>
    public int MissingBytes { get; private set; } = 1;

    /// <summary>Where the next bytes go; never empty after <see cref="TryTake"/> found nothing.</summary>
    public Memory<byte> Space
    {
        get
        {
            if (head > 0)
            {
                buffer.AsSpan(head, Count).CopyTo(buffer);
                (head, tail) = (0, Count);
            }

            return buffer.AsMemory(tail);
        }
    }

    /// <summary>Says that <paramref name="count"/> bytes were put into <see cref="Space"/>.</summary>
    public void Added(int count) => tail += count;

    /// <summary>Takes the next whole frame, dropping stray bytes before it; null where more bytes are needed.</summary>
    public Response? TryTake()
    {
        int strayFrom = head;
        while (Count > 0)
        {
            ReadOnlySpan<byte> bytes = buffer.AsSpan(head, Count);
            int needed = FrameBytes(bytes);
            if (needed == 0)
            {
                head++;
                StrayBytes++;
            }
            else if (needed > bytes.Length)
            {
                trace?.Stray(buffer.AsSpan(strayFrom, head - strayFrom));
                MissingBytes = needed - bytes.Length;
                return null;
            }
            else
            {
                trace?.Stray(buffer.AsSpan(strayFrom, head - strayFrom));
                trace?.Received(bytes[..needed]);
                head += needed;
                return Parse(bytes[..needed]);
            }
        }

        trace?.Stray(buffer.AsSpan(strayFrom, head - strayFrom));
        MissingBytes = 1;
        return null;
    }

    /// <summary>Takes one byte that stands before any frame; null where there is none.</summary>
    public byte? TryTakeByte() => Count > 0 ? buffer[head++] : null;

    /// <summary>Gives up on everything held.</summary>
    public void Clear()
    {
        StrayBytes += Count;
        trace?.Stray(buffer.AsSpan(head, Count));
        (head, tail) = (0, 0);
    }

    /// <summary>Length of the frame that begins here, or of as much of its header as must be seen first; 0 where none begins here.</summary>
    private static int FrameBytes(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> prefix = [0x04, 0x0E, 0, 0x01, 0xE0, 0xFC];
        for (int index = 0; index < Math.Min(PrefixBytes, bytes.Length); index++)
        {
            if (index != 2 && bytes[index] != prefix[index])
                return 0;
        }

        if (bytes.Length < PrefixBytes)
            return PrefixBytes + 1;
        if (bytes[2] != LongMark)
            return bytes[2] >= 4 ? 3 + bytes[2] : 0;
        if (bytes.Length < LongPrefixBytes)
            return bytes.Length > PrefixBytes && bytes[PrefixBytes] != 0xF4 ? 0 : LongPrefixBytes;
        int length = LongPrefixBytes + BinaryPrimitives.ReadUInt16LittleEndian(bytes[7..]);
        return bytes[PrefixBytes] == 0xF4 && length is >= LongHeaderBytes and <= LongestFrameBytes ? length : 0;
    }

    private static Response Parse(ReadOnlySpan<byte> frame) => frame[2] == LongMark
        ? new Response(true, frame[9], frame[10], frame[LongHeaderBytes..].ToArray())
        : new Response(false, frame[6], 0, frame[ShortHeaderBytes..].ToArray());
}

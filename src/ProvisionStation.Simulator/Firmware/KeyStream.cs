using System.Numerics;
using System.Runtime.InteropServices;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// The code scrambler: a word's key depends on its logical address only, so scrambling twice gives the text back (protocol sheet 6.3).
/// </summary>
internal sealed class KeyStream(uint c0, uint c1, uint c2, uint c3)
{
    private static readonly KeyStream Tuya = new(0x510FB093, 0xA3CBEADC, 0x5993A17E, 0xC7ADEB03);
    private static readonly KeyStream None = new(0, 0, 0, 0);
    private static readonly KeyStream Vendor = new(0x4862379A, 0x8612784B, 0x85C5E258, 0x75754528);

    private readonly bool isOff = c3 >> 24 is 0 or 0xFF || (c3 & 0xF) == 0xF;
    private readonly uint constant = (c3 & 8) == 0 ? c2 : 0;

    public static KeyStream Of(SimKey key) => key switch
    {
        SimKey.Default => Tuya,
        SimKey.Zero => None,
        SimKey.Foreign => Vendor,
        _ => throw new ArgumentOutOfRangeException(nameof(key)),
    };

    /// <summary>The key of the word at logical <paramref name="address"/>, a multiple of 4.</summary>
    public uint At(uint address)
    {
        if (isOff)
            return 0;
        uint key = constant;
        if ((c3 & 1) == 0)
            key ^= Half(address);
        if ((c3 & 2) == 0)
            key ^= Seventeen(address);
        if ((c3 & 4) == 0)
            key ^= Whole(address);
        return key;
    }

    /// <summary>Scrambles or unscrambles whole words; <paramref name="address"/> is the logical address of the first.</summary>
    public void Apply(Span<byte> code, uint address)
    {
        if (isOff)
            return;
        foreach (ref uint word in MemoryMarshal.Cast<byte, uint>(code))
        {
            word ^= BitConverter.IsLittleEndian ? At(address) : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(At(address));
            address += 4;
        }
    }

    /// <summary>Stage PN15: the upper half of the word.</summary>
    private uint Half(uint address)
    {
        uint high = address >> 16, low = address & 0xFFFF;
        if ((c3 & 0x40) != 0)
            high = SwapBytes(high);
        if ((c3 & 0x20) != 0)
            low = SwapBytes(low);
        uint t = high ^ low ^ (c1 >> 16);
        uint rotated = ((t >> 7) | (t << 9)) & 0xFFFF;
        return (rotated ^ (0x6371 & (0x1111 * ((t >> 5) & 0xF)))) << 16;
    }

    /// <summary>Stage PN16: 17 bits are mixed, 16 are used for the lower half.</summary>
    private uint Seventeen(uint address)
    {
        uint t = ((address >> (int)((c3 >> 8) & 3)) & 0x1FFFF) ^ ((((c1 >> 8) & 0xFF) << 9) | (((c3 >> 4) & 1) << 8) | (c1 & 0xFF));
        uint n = ((t >> 13) & 1) | (((t >> 9) & 1) << 1) | (((t >> 5) & 1) << 2) | (((t >> 1) & 1) << 3);
        uint mixed = (((t << 7) | (t >> 10)) & 0x1FFFF) ^ (0x13659 & ((((t >> 4) & 1) << 16) | (0x1111 * n)));
        return mixed & 0xFFFF;
    }

    /// <summary>Stage PN32: the whole word.</summary>
    private uint Whole(uint address)
    {
        uint t = BitOperations.RotateRight(address, (int)(8 * ((c3 >> 11) & 3))) ^ c0;
        return BitOperations.RotateRight(t, 15) ^ (0xE519A4F1 & (0x11111111 * ((t >> 2) & 0xF)));
    }

    private static uint SwapBytes(uint half) => ((half & 0xFF) << 8) | (half >> 8);
}

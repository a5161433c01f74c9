using System.Buffers.Binary;
using System.Numerics;

namespace ProvisionStation.Beken.Images;

/// <summary>A key of the chip's code scrambler: a key stream that depends on a word's logical address alone, so that scrambling
/// twice gives the plain code.</summary>
/// <remarks>Source: ltchiptool and BK7231GUIFlashTool (16 bits of the middle stage); bk7231tools keeps a 17th bit there and
/// differs.</remarks>
internal sealed class CodeKey(uint c0, uint c1, uint c2, uint c3)
{
    /// <summary>The key of Tuya's and Beken's modules.</summary>
    public static readonly CodeKey Default = new(0x510FB093, 0xA3CBEADC, 0x5993A17E, 0xC7ADEB03);

    /// <summary>No scrambling.</summary>
    public static readonly CodeKey Zero = new(0, 0, 0, 0);

    private readonly bool isOff = c3 >> 24 is 0x00 or 0xFF || (c3 & 0xF) == 0xF;

    /// <summary>Scrambles or unscrambles words in place.</summary>
    /// <param name="code">Whole 32-bit words; what is left behind the last one stays.</param>
    /// <param name="address">Logical address of the first, a multiple of 4.</param>
    public void Apply(Span<byte> code, uint address)
    {
        if (isOff)
            return;
        for (; code.Length >= 4; code = code[4..], address += 4)
            BinaryPrimitives.WriteUInt32LittleEndian(code, BinaryPrimitives.ReadUInt32LittleEndian(code) ^ Stream(address));
    }

    /// <summary>The key stream of the word at a logical address.</summary>
    public uint Stream(uint address)
    {
        if (isOff)
            return 0;
        uint stream = (c3 & 8) == 0 ? c2 : 0;
        if ((c3 & 1) == 0)
            stream ^= (uint)Stage15(address) << 16;
        if ((c3 & 2) == 0)
            stream ^= Stage16(address);
        if ((c3 & 4) == 0)
            stream ^= Stage32(address);
        return stream;
    }

    private ushort Stage15(uint address)
    {
        ushort high = (ushort)(address >> 16);
        ushort low = (ushort)address;
        if ((c3 & 0x40) != 0)
            high = BinaryPrimitives.ReverseEndianness(high);
        if ((c3 & 0x20) != 0)
            low = BinaryPrimitives.ReverseEndianness(low);
        uint mixed = (uint)(high ^ low) ^ (c1 >> 16);
        uint turned = ((mixed >> 7) | (mixed << 9)) & 0xFFFF;
        return (ushort)(turned ^ (0x6371 & (0x1111 * ((mixed >> 5) & 0xF))));
    }

    private ushort Stage16(uint address)
    {
        uint key = (((c1 >> 8) & 0xFF) << 9) | (((c3 >> 4) & 1) << 8) | (c1 & 0xFF);
        uint mixed = ((address >> (int)((c3 >> 8) & 3)) & 0x1FFFF) ^ key;
        uint nibble = Bit(13) | (Bit(9) << 1) | (Bit(5) << 2) | (Bit(1) << 3);
        uint turned = ((mixed << 7) | (mixed >> 10)) & 0x1FFFF;
        return (ushort)(turned ^ (0x13659 & ((Bit(4) << 16) | (0x1111 * nibble))));

        uint Bit(int index) => (mixed >> index) & 1;
    }

    private uint Stage32(uint address)
    {
        uint mixed = BitOperations.RotateRight(address, 8 * (int)((c3 >> 11) & 3)) ^ c0;
        return BitOperations.RotateRight(mixed, 15) ^ (0xE519A4F1 & unchecked(0x11111111 * ((mixed >> 2) & 0xF)));
    }
}

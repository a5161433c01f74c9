using System.Buffers.Binary;

namespace ProvisionStation.Beken.Flash;

/// <summary>CRC-32 as zip, Ethernet and everyone else counts it: polynomial 0xEDB88320 reflected, start and final inversion all ones.</summary>
public static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Slices = 8;

    // Eight tables: table[k] holds a byte's effect k bytes further on, so that eight bytes are folded in at a time.
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>The standard CRC-32 of <paramref name="bytes"/>: 0xCBF43926 for the digits 1 to 9, 0 for no bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        while (bytes.Length >= Slices)
        {
            uint low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7][low & 0xFF] ^ Tables[6][(low >> 8) & 0xFF] ^ Tables[5][(low >> 16) & 0xFF] ^ Tables[4][low >> 24]
                ^ Tables[3][high & 0xFF] ^ Tables[2][(high >> 8) & 0xFF] ^ Tables[1][(high >> 16) & 0xFF] ^ Tables[0][high >> 24];
            bytes = bytes[Slices..];
        }

        foreach (byte value in bytes)
            crc = (crc >> 8) ^ Tables[0][(crc ^ value) & 0xFF];
        return ~crc;
    }

    /// <summary>The standard CRC-32 for a loader's raw answer: the loader leaves out the final inversion.</summary>
    /// <remarks>Source: bk7231tools, serial/cmd_ll_chip.py; hid_download_py compares the raw value instead.</remarks>
    public static uint FromChip(uint rawAnswer) => ~rawAnswer;

    private static uint[][] MakeTables()
    {
        var tables = new uint[Slices][];
        for (int slice = 0; slice < Slices; slice++)
        {
            tables[slice] = new uint[256];
            for (uint value = 0; value < 256; value++)
                tables[slice][value] = slice == 0 ? Shift(value, 8) : Shift(tables[slice - 1][value], 8);
        }

        return tables;
    }

    private static uint Shift(uint value, int bits)
    {
        for (int bit = 0; bit < bits; bit++)
            value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
        return value;
    }
}

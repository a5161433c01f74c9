using System.Buffers.Binary;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>The usual CRC-32 (zlib), as in RBL trailers and the loader table; "register" is the value without the last XOR.</summary>
internal static class Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Register(bytes);

    /// <summary>Four bytes that, put behind <paramref name="prefix"/>, give the whole the CRC-32 <paramref name="wanted"/>.</summary>
    public static byte[] Forge(ReadOnlySpan<byte> prefix, uint wanted)
    {
        uint[] table = Tables[0];
        uint register = ~wanted;
        for (int i = 0; i < 4; i++)
        {
            uint top = register >> 24;
            int index = Array.FindIndex(table, entry => entry >> 24 == top);
            register = ((register ^ table[index]) << 8) | (uint)index;
        }
        byte[] patch = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(patch, register ^ Register(prefix));
        return patch;
    }

    private static uint Register(ReadOnlySpan<byte> bytes)
    {
        uint[] t0 = Tables[0], t1 = Tables[1], t2 = Tables[2], t3 = Tables[3];
        uint crc = 0xFFFFFFFF;
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            crc ^= BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            crc = t3[(byte)crc] ^ t2[(byte)(crc >> 8)] ^ t1[(byte)(crc >> 16)] ^ t0[crc >> 24];
        }
        foreach (byte value in bytes)
            crc = (crc >> 8) ^ t0[(byte)crc ^ value];
        return crc;
    }

    private static uint[][] MakeTables()
    {
        uint[][] tables = [new uint[256], new uint[256], new uint[256], new uint[256]];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            tables[0][value] = crc;
        }
        for (int n = 1; n < 4; n++)
        {
            for (int value = 0; value < 256; value++)
                tables[n][value] = (tables[n - 1][value] >> 8) ^ tables[0][(byte)tables[n - 1][value]];
        }
        return tables;
    }
}

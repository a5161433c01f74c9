namespace ProvisionStation.Simulator.Modules;

/// <summary>The CRC that a loader counts: reflected CRC-32, polynomial 0xEDB88320, start FFFFFFFF, no final inversion.</summary>
/// <remarks>Fact sheet section 4.6 [V]. Four bytes a step, so that 2 MiB cost milliseconds.</remarks>
internal static class ChipCrc
{
    private static readonly uint[][] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> bytes) => Continue(0xFFFFFFFF, bytes);

    /// <summary>Goes on from an earlier CRC, so that a span may wrap at the end of the flash.</summary>
    public static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint[] t0 = Tables[0], t1 = Tables[1], t2 = Tables[2], t3 = Tables[3];
        int index = 0;
        for (; index + 4 <= bytes.Length; index += 4)
        {
            crc ^= (uint)(bytes[index] | (bytes[index + 1] << 8) | (bytes[index + 2] << 16) | (bytes[index + 3] << 24));
            crc = t3[crc & 0xFF] ^ t2[(crc >> 8) & 0xFF] ^ t1[(crc >> 16) & 0xFF] ^ t0[crc >> 24];
        }

        for (; index < bytes.Length; index++)
            crc = (crc >> 8) ^ t0[(crc ^ bytes[index]) & 0xFF];
        return crc;
    }

    private static uint[][] MakeTables()
    {
        uint[][] tables = [new uint[256], new uint[256], new uint[256], new uint[256]];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            tables[0][value] = crc;
        }

        for (int table = 1; table < 4; table++)
        {
            for (int value = 0; value < 256; value++)
                tables[table][value] = (tables[table - 1][value] >> 8) ^ tables[0][tables[table - 1][value] & 0xFF];
        }

        return tables;
    }
}

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// CRC-16 behind every 32 bytes of code: polynomial 0x8005, start 0xFFFF, not reflected, no final XOR (protocol sheet 6.4).
/// </summary>
internal static class Crc16
{
    private static readonly ushort[][] Tables = MakeTables();

    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        ushort[] t0 = Tables[0], t1 = Tables[1], t2 = Tables[2], t3 = Tables[3];
        uint crc = 0xFFFF;
        for (; bytes.Length >= 4; bytes = bytes[4..])
            crc = (uint)(t3[(byte)(crc >> 8) ^ bytes[0]] ^ t2[(byte)crc ^ bytes[1]] ^ t1[bytes[2]] ^ t0[bytes[3]]);
        foreach (byte value in bytes)
            crc = ((crc << 8) & 0xFFFF) ^ t0[(byte)(crc >> 8) ^ value];
        return (ushort)crc;
    }

    /// <summary>Four tables, so that four bytes go in one step: table n advances a byte by n further zero bytes.</summary>
    private static ushort[][] MakeTables()
    {
        ushort[][] tables = [new ushort[256], new ushort[256], new ushort[256], new ushort[256]];
        for (int value = 0; value < 256; value++)
        {
            int crc = value << 8;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x8005 : crc << 1;
            tables[0][value] = (ushort)crc;
        }
        for (int n = 1; n < 4; n++)
        {
            for (int value = 0; value < 256; value++)
                tables[n][value] = (ushort)((tables[n - 1][value] << 8) ^ tables[0][tables[n - 1][value] >> 8]);
        }
        return tables;
    }
}

namespace ProvisionStation.Beken.Images;

/// <summary>The CRC-16 that stands behind every 32 bytes of code: polynomial 0x8005, start 0xFFFF, not reflected, no final inversion.</summary>
/// <remarks>Also known as CRC-16/CMS. Source: bk7231tools and ltchiptool, their code for BK72xx images.</remarks>
internal static class Crc16
{
    private const ushort Polynomial = 0x8005;
    private static readonly ushort[] Table = MakeTable();

    /// <summary>0xAEE7 for the digits 1 to 9; 0xFFFF for no bytes.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0xFFFF;
        foreach (byte value in bytes)
            crc = (ushort)((crc << 8) ^ Table[(crc >> 8) ^ value]);
        return crc;
    }

    private static ushort[] MakeTable()
    {
        var table = new ushort[256];
        for (int value = 0; value < table.Length; value++)
        {
            ushort crc = (ushort)(value << 8);
            for (int bit = 0; bit < 8; bit++)
                crc = (ushort)((crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1);
            table[value] = crc;
        }

        return table;
    }
}

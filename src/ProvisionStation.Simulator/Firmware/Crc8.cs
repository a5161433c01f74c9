namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// OpenBeken's CRC-8 as a compiler with signed char makes it: the shift to the right keeps bit 7, of the CRC and of the byte
/// (configuration sheet 2.3). It is not CRC-8/MAXIM and fits no single table.
/// </summary>
internal static class Crc8
{
    public static byte Of(ReadOnlySpan<byte> bytes)
    {
        sbyte crc = 0;
        foreach (byte value in bytes)
        {
            sbyte rest = unchecked((sbyte)value);
            for (int bit = 0; bit < 8; bit++)
            {
                bool isSet = ((crc ^ rest) & 1) != 0;
                crc >>= 1;
                if (isSet)
                    crc ^= unchecked((sbyte)0x8C);
                rest >>= 1;
            }
        }
        return unchecked((byte)crc);
    }
}

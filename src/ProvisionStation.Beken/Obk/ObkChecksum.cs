namespace ProvisionStation.Beken.Obk;

/// <summary>The firmware's CRC-8, which is no standard one.</summary>
/// <remarks>
/// The Beken SDKs compile with signed char, so shifting right copies bit 7; the text "123456789" gives 0x63 where CRC-8/MAXIM gives 0xA1.
/// A table indexed by sum XOR byte does not reproduce it.
/// Source: OpenBK7231T_App, src/tiny_crc8.c; OpenBK7231N and OpenBK7231T, application.mk (-fsigned-char).
/// </remarks>
internal static class ObkChecksum
{
    /// <summary>The checksum as the firmware computes it.</summary>
    internal static byte Of(ReadOnlySpan<byte> bytes) => Run(bytes, keepSign: true);

    /// <summary>What a tool with the ordinary CRC-8/MAXIM would have written; only to name the mistake.</summary>
    internal static byte Unsigned(ReadOnlySpan<byte> bytes) => Run(bytes, keepSign: false);

    private static byte Run(ReadOnlySpan<byte> bytes, bool keepSign)
    {
        int sum = 0;
        foreach (byte value in bytes)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                bool taken = ((sum ^ value >> bit) & 1) != 0;
                sum = sum >> 1 | (keepSign ? sum & 0x80 : 0);
                if (taken)
                    sum ^= 0x8C;
            }
        }
        return (byte)sum;
    }
}

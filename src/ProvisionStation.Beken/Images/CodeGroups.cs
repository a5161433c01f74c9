using System.Buffers.Binary;

namespace ProvisionStation.Beken.Images;

/// <summary>Code as it lies in flash: groups of 32 scrambled bytes and the CRC-16 over them, high byte first.</summary>
/// <remarks>Source: bk7231tools and ltchiptool. Physical 0x11000 is logical 0x10000: 34 bytes for 32.</remarks>
internal static class CodeGroups
{
    /// <summary>Bytes of a group in flash.</summary>
    public const int GroupBytes = 34;

    /// <summary>Bytes of code in a group.</summary>
    public const int CodeBytes = 32;

    private const byte Blank = 0xFF;

    /// <summary>True where a group's CRC-16 is right.</summary>
    public static bool IsSound(ReadOnlySpan<byte> group) =>
        Crc16.Of(group[..CodeBytes]) == BinaryPrimitives.ReadUInt16BigEndian(group[CodeBytes..]);

    /// <summary>True where all of it is erased flash, which is no valid group and stands for padding.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept(Blank);

    /// <summary>Offset of the first group that is neither sound nor blank; the length of all whole groups where there is none.</summary>
    public static int FirstUnsound(ReadOnlySpan<byte> raw)
    {
        int offset = 0;
        while (raw.Length - offset >= GroupBytes)
        {
            ReadOnlySpan<byte> group = raw.Slice(offset, GroupBytes);
            if (!IsSound(group) && !IsBlank(group))
                return offset;
            offset += GroupBytes;
        }

        return offset;
    }

    /// <summary>The code of all whole groups without its CRCs, unscrambled. Blank groups stay blank.</summary>
    /// <param name="raw">As it lies in flash.</param>
    /// <param name="key">How it is scrambled.</param>
    /// <param name="address">Logical address of the first group.</param>
    public static byte[] Unscramble(ReadOnlySpan<byte> raw, CodeKey key, uint address)
    {
        byte[] code = new byte[raw.Length / GroupBytes * CodeBytes];
        for (int group = 0; group < code.Length / CodeBytes; group++)
        {
            ReadOnlySpan<byte> stored = raw.Slice(group * GroupBytes, GroupBytes);
            Span<byte> plain = code.AsSpan(group * CodeBytes, CodeBytes);
            stored[..CodeBytes].CopyTo(plain);
            if (!IsBlank(stored))
                key.Apply(plain, address + (uint)(group * CodeBytes));
        }

        return code;
    }
}

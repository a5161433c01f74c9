using System.Buffers.Binary;
using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// The 96-byte mark at the end of a code partition (protocol sheet 7.3). It is never scrambled, but cut by CRC-16 like code:
/// three groups, 102 bytes.
/// </summary>
internal static class RblHeader
{
    public const int PlainBytes = 96;
    public const int PhysicalBytes = 102;

    private static readonly KeyStream Unscrambled = KeyStream.Of(SimKey.Zero);

    /// <summary>Writes the mark of <paramref name="body"/>, stored as it is (algorithm 0).</summary>
    public static void Write(Span<byte> physical, string name, string version, ReadOnlySpan<byte> body)
    {
        Span<byte> header = stackalloc byte[PlainBytes];
        "RBL\0"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], 0x68000000);
        Encoding.ASCII.GetBytes(name, header[12..28]);
        Encoding.ASCII.GetBytes(version.AsSpan(0, Math.Min(version.Length, 23)), header[28..52]);
        "00010203040506070809"u8.CopyTo(header[52..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[76..], Crc32.Of(body));
        BinaryPrimitives.WriteUInt32LittleEndian(header[80..], Fnv(body));
        BinaryPrimitives.WriteInt32LittleEndian(header[84..], body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[88..], body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[92..], Crc32.Of(header[..92]));
        CodeGroups.Write(header, 0, Unscrambled, physical);
    }

    /// <summary>Length and CRC-32 of the body that the mark here speaks of; null where there is no sound mark.</summary>
    public static (int Length, uint BodyCrc)? Read(ReadOnlySpan<byte> physical)
    {
        if (physical.Length < PhysicalBytes || !physical.StartsWith("RBL\0"u8))
            return null;
        for (int at = 0; at < PhysicalBytes; at += CodeGroups.GroupBytes)
        {
            if (!CodeGroups.IsRight(physical.Slice(at, CodeGroups.GroupBytes)))
                return null;
        }
        byte[] header = CodeGroups.Read(physical, PlainBytes, 0, Unscrambled);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(92)) != Crc32.Of(header.AsSpan(0, 92)))
            return null;
        return (BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(84)), BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(76)));
    }

    /// <summary>FNV-1a, 32 bits, of the body.</summary>
    private static uint Fnv(ReadOnlySpan<byte> body)
    {
        uint hash = 2166136261;
        foreach (byte value in body)
            hash = (hash ^ value) * 16777619;
        return hash;
    }
}

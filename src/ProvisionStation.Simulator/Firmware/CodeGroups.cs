using System.Buffers.Binary;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// Executable flash: 32 bytes of code and their CRC-16, high byte first. Logical 0x10000 is physical 0x11000; erased flash is no
/// group (protocol sheet 6.4).
/// </summary>
internal static class CodeGroups
{
    public const int CodeBytes = 32;
    public const int GroupBytes = 34;

    public static int PhysicalOf(int logical) => logical / CodeBytes * GroupBytes;

    /// <summary>Lays plain code into the flash, scrambled for its logical address. Both ends are on group boundaries.</summary>
    public static void Write(ReadOnlySpan<byte> code, uint address, KeyStream key, Span<byte> physical)
    {
        for (; code.Length > 0; code = code[CodeBytes..], physical = physical[GroupBytes..], address += CodeBytes)
        {
            code[..CodeBytes].CopyTo(physical);
            key.Apply(physical[..CodeBytes], address);
            Seal(physical);
        }
    }

    /// <summary>Writes the CRC-16 of the first group of <paramref name="group"/> behind its 32 bytes.</summary>
    public static void Seal(Span<byte> group) =>
        BinaryPrimitives.WriteUInt16BigEndian(group[CodeBytes..], Crc16.Of(group[..CodeBytes]));

    public static bool IsRight(ReadOnlySpan<byte> group) =>
        BinaryPrimitives.ReadUInt16BigEndian(group[CodeBytes..]) == Crc16.Of(group[..CodeBytes]);

    public static bool IsBlank(ReadOnlySpan<byte> group) => !group[..GroupBytes].ContainsAnyExcept((byte)0xFF);

    /// <summary>The code of <paramref name="length"/> logical bytes, unscrambled; the CRCs are dropped unchecked.</summary>
    public static byte[] Read(ReadOnlySpan<byte> physical, int length, uint address, KeyStream key)
    {
        byte[] code = new byte[(length + CodeBytes - 1) / CodeBytes * CodeBytes];
        for (int at = 0; at < code.Length; at += CodeBytes, physical = physical[GroupBytes..])
            physical[..CodeBytes].CopyTo(code.AsSpan(at));
        key.Apply(code, address);
        return length == code.Length ? code : code[..length];
    }
}

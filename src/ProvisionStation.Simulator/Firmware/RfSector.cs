using System.Buffers.Binary;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>Radio calibration and MAC: a tree of tagged values behind the word "TLV\0" (protocol sheet 7.2).</summary>
internal static class RfSector
{
    private const uint MacTag = 0x11111102;
    private const int HeaderBytes = 8;

    /// <summary>Writes the calibration of one unit. N and M carry 0x10C bytes of it, the others 0x1E0, as real dumps do.</summary>
    public static void Write(Span<byte> sector, SimChip chip, ReadOnlySpan<byte> mac, ulong seed)
    {
        SeededBytes random = new(seed);
        sector.Fill(0xFF);
        "TLV\0"u8.CopyTo(sector);
        int total = chip is SimChip.N or SimChip.M ? 0x10C : 0x1E0;
        BinaryPrimitives.WriteInt32LittleEndian(sector[4..], total);
        Identity(sector[HeaderBytes..], mac, ref random);
        int at = HeaderBytes + HeaderBytes + 0x5A;
        Table(sector[at..], 0x22222200, 0x60, ref random);
        at += HeaderBytes + 0x60;
        Table(sector[at..], 0x33333300, total - at, ref random);
    }

    /// <summary>The MAC, found by walking the tags; null where the sector holds none. Lengths out of bounds end the walk.</summary>
    public static byte[]? Mac(ReadOnlySpan<byte> sector)
    {
        if (!sector.StartsWith("TLV\0"u8))
            return null;
        uint total = BinaryPrimitives.ReadUInt32LittleEndian(sector[4..]);
        if (total > sector.Length - HeaderBytes)
            return null;
        ReadOnlySpan<byte> groups = sector.Slice(HeaderBytes, (int)total);
        while (TryTake(ref groups, out uint tag, out ReadOnlySpan<byte> group))
        {
            if (tag != (MacTag & 0xFFFFFF00))
                continue;
            while (TryTake(ref group, out uint entry, out ReadOnlySpan<byte> value))
            {
                if (entry == MacTag && value.Length == 6)
                    return value.ToArray();
            }
        }
        return null;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out uint tag, out ReadOnlySpan<byte> value)
    {
        tag = 0;
        value = default;
        if (rest.Length < HeaderBytes)
            return false;
        tag = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
        if (length > rest.Length - HeaderBytes)
            return false;
        value = rest.Slice(HeaderBytes, (int)length);
        rest = rest[(HeaderBytes + (int)length)..];
        return true;
    }

    private static void Identity(Span<byte> group, scoped ReadOnlySpan<byte> mac, ref SeededBytes random)
    {
        Header(group, 0x11111100, 0x5A);
        group = group[HeaderBytes..];
        Span<byte> calibration = stackalloc byte[8];
        Put(ref group, 0x11111101, [0x4E, 0x61, 0xBC, 0x00]);
        Put(ref group, MacTag, mac);
        for (uint tag = 0x11111103; tag <= 0x11111107; tag++)
        {
            random.Fill(calibration);
            Put(ref group, tag, calibration[..(tag == 0x11111107 ? 8 : 4)]);
        }
    }

    private static void Table(Span<byte> group, uint tag, int length, ref SeededBytes random)
    {
        Header(group, tag, length);
        Header(group[HeaderBytes..], tag + 1, length - HeaderBytes);
        random.Fill(group.Slice(2 * HeaderBytes, length - HeaderBytes));
    }

    private static void Put(ref Span<byte> group, uint tag, scoped ReadOnlySpan<byte> value)
    {
        Header(group, tag, value.Length);
        value.CopyTo(group[HeaderBytes..]);
        group = group[(HeaderBytes + value.Length)..];
    }

    private static void Header(Span<byte> at, uint tag, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(at, tag);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], length);
    }
}

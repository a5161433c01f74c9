using System.Buffers.Binary;
using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// The first 0x11000 bytes of flash. No vendor code is in it: the body is filler, but its marks are at the places that tools look
/// at, and under its own key its first bytes have the CRC-32 by which the real loader is known (protocol sheet 1.3, 13.4).
/// </summary>
internal static class LoaderRegion
{
    private const int BodyBytes = 0xC000;
    private const int TableAddress = 0x10000 - RblHeader.PlainBytes - (3 * 64);
    private const int RawMarkOffset = 0x110;

    public static void Write(Span<byte> flash, SimChip chip, SimKey key)
    {
        ChipFacts facts = ChipFacts.Of(chip);
        KeyStream stream = KeyStream.Of(key);
        flash[..ChipFacts.LoaderBytes].Fill(0xFF);
        CodeGroups.Write(Body(chip, facts), 0, stream, flash);
        if (facts.Mark.Length > 0)
            StampMark(flash[RawMarkOffset..], facts.Mark);
        if (facts.LoaderCrc is { } known && key == facts.Key)
            Forge(flash, known, facts.LoaderCrcBytes);
        CodeGroups.Write(PartitionTable(chip), TableAddress, KeyStream.Of(SimKey.Zero), flash[CodeGroups.PhysicalOf(TableAddress)..]);
        RblHeader.Write(flash[(ChipFacts.LoaderBytes - RblHeader.PhysicalBytes)..], "bootloader", facts.Loader,
            CodeGroups.Read(flash, BodyBytes, 0, stream));
    }

    private static byte[] Body(SimChip chip, ChipFacts facts)
    {
        byte[] body = new byte[BodyBytes];
        new SeededBytes(0xB007 + (ulong)chip).Fill(body);
        // The jump differs between the loaders, so that T and N dumps differ from their very first byte (storage sheet 1).
        BinaryPrimitives.WriteUInt32LittleEndian(body, chip == SimChip.T ? 0xEA000E62 : 0xEA000B48);
        for (int at = 4; at < 32; at += 4)
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(at), 0xE59FF014);
        Encoding.ASCII.GetBytes(facts.Loader + "\0", body.AsSpan(0x94));
        return body;
    }

    /// <summary>The mark stands in clear even in a scrambled loader.</summary>
    private static void StampMark(Span<byte> group, string mark)
    {
        group[..8].Clear();
        Encoding.ASCII.GetBytes(mark, group);
        CodeGroups.Seal(group);
    }

    /// <summary>The last four of the counted bytes lie in the eighth group's code; its CRC-16 lies behind them.</summary>
    private static void Forge(Span<byte> flash, uint known, int counted)
    {
        Crc32.Forge(flash[..(counted - 4)], known).CopyTo(flash[(counted - 4)..]);
        CodeGroups.Seal(flash[(7 * CodeGroups.GroupBytes)..]);
    }

    private static byte[] PartitionTable(SimChip chip)
    {
        byte[] table = new byte[3 * 64];
        Entry(table, "bootloader", "beken_onchip_crc", 0, 0x10000);
        Entry(table.AsSpan(64), "app", "beken_onchip_crc", 0x10000, 0x108700);
        Entry(table.AsSpan(128), "download", "beken_onchip", chip is SimChip.N or SimChip.M ? 0x12A000u : 0x132000u, 0xA6000);
        return table;
    }

    private static void Entry(Span<byte> entry, string name, string device, uint offset, uint length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x45503130);
        Encoding.ASCII.GetBytes(name, entry[4..28]);
        Encoding.ASCII.GetBytes(device, entry[28..52]);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[52..], offset);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[56..], length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[60..], Crc32.Of(entry[..60]));
    }
}

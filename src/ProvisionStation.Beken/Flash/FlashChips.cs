using System.Globalization;

namespace ProvisionStation.Beken.Flash;

/// <summary>The table of flash chips, from the file beside this one.</summary>
public static class FlashChips
{
    private const ushort UpperStatusBits = 0xFF00;
    private static readonly byte[] BothStatusReads = [0x05, 0x35];
    private static readonly Dictionary<uint, FlashChip> ById = Load().ToDictionary(chip => chip.Id);

    /// <summary>Every row.</summary>
    public static IReadOnlyCollection<FlashChip> All => ById.Values;

    /// <summary>The row of a JEDEC id (M2 M1 M0, for example 0x1560EB); null where the table has none.</summary>
    public static FlashChip? Find(uint id) => ById.GetValueOrDefault(id);

    /// <summary>Capacity in bytes by the id alone: its top byte is the power of two. 0 where that gives no size between 64 KiB and 64 MiB.</summary>
    /// <remarks>Source: JEDEC JEP106 ids as serial NOR makers use them; bk7231tools falls back to the same rule.</remarks>
    public static uint SizeById(uint id) => (id >> 16) is >= 0x10 and <= 0x1A ? 1u << (int)(id >> 16) : 0;

    /// <summary>How to treat a chip that is not in the table: both status bytes, block protect and complement bits.</summary>
    /// <remarks>Source: bk7231tools, default of its flash table (two status bytes, mask 0x407C).</remarks>
    public static FlashChip Unlisted(uint id) => new(id, "?", "?", SizeById(id), 2, 0x407C, BothStatusReads, 0x01);

    private static IEnumerable<FlashChip> Load()
    {
        using Stream stream = typeof(FlashChips).Assembly.GetManifestResourceStream("flash-chips.csv")
            ?? throw new InvalidOperationException("The flash table is missing from the program.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#' && !line.StartsWith("mid,", StringComparison.Ordinal))
                yield return Row(line.Split(','));
        }
    }

    private static FlashChip Row(string[] cells)
    {
        int statusBytes = Math.Min(int.Parse(cells[5], CultureInfo.InvariantCulture), 2);
        ushort mask = (ushort)Hex(cells[8]);
        byte[] reads = [.. Bytes(cells[13]).Take(2)];
        // Some rows write one status byte but have protecting bits in the second: read that one too, or they would go unseen.
        if (reads.Length == 1 && (mask & UpperStatusBits) != 0)
            reads = BothStatusReads;
        return new FlashChip(Hex(cells[0]), cells[2], cells[3], uint.Parse(cells[4], CultureInfo.InvariantCulture),
            statusBytes, mask, reads, Bytes(cells[14]).FirstOrDefault((byte)0x01));
    }

    private static IEnumerable<byte> Bytes(string cell) =>
        cell.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => (byte)Hex(part));

    private static uint Hex(string cell) => uint.Parse(cell, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}

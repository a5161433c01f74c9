using System.Buffers.Binary;

namespace ProvisionStation.Beken.Tuya;

/// <summary>A place where a dump holds the device key.</summary>
/// <param name="Offset">Offset of the sector in the dump; null for the constant key of the T.</param>
/// <param name="Key">The device key, sixteen bytes.</param>
/// <param name="IsProtected">True for the protected sector: same magic, a second copy of identity and Wi-Fi inside.</param>
internal sealed record TuyaKey(int? Offset, byte[] Key, bool IsProtected)
{
    /// <summary>First word of a key sector and of a protected one.</summary>
    public const uint Magic = 0x13579753;
    private const int HeadBytes = 32;
    private const int KeyOffset = 8;
    private const int Most = 8;

    /// <summary>What the unused rest of a key sector looks like: sixteen 0xFF under the master key.</summary>
    private static ReadOnlySpan<byte> BlankUnderMaster =>
        [0x46, 0xDC, 0xED, 0x0E, 0x67, 0x2F, 0x3B, 0x70, 0xAE, 0x12, 0x76, 0xA3, 0xF8, 0x71, 0x2E, 0x03];

    /// <summary>All places with the magic and a right checksum: over the key alone in a key sector, over all of a protected one.</summary>
    /// <remarks>Every sector is tried. The dump may begin inside a sector, or hold a second store that does: the blank rest of a key sector is
    /// searched for as well.</remarks>
    public static List<TuyaKey> Find(ReadOnlySpan<byte> dump, TuyaCipher master)
    {
        List<TuyaKey> found = [];
        byte[] heads = master.Heads(dump, 0, HeadBytes);
        for (int sector = 0; sector * HeadBytes < heads.Length && found.Count < Most; sector++)
        {
            if (Read(dump, sector * TuyaSector.Bytes, heads.AsSpan(sector * HeadBytes, HeadBytes), master) is { } key)
                found.Add(key);
        }

        AddUnaligned(found, dump, master);
        return found;
    }

    /// <summary>Writes magic, checksum and key into a plain sector.</summary>
    public static void WriteHead(Span<byte> plain, ReadOnlySpan<byte> key, uint sum)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(plain, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(plain[4..], sum);
        key.CopyTo(plain[KeyOffset..]);
    }

    private static void AddUnaligned(List<TuyaKey> found, ReadOnlySpan<byte> dump, TuyaCipher master)
    {
        for (int from = 0; from < dump.Length && found.Count < Most;)
        {
            int at = dump[from..].IndexOf(BlankUnderMaster);
            if (at < 0)
                return;
            int start = from + at - HeadBytes;
            from += at + TuyaCipher.BlockBytes;
            if (start < 0 || start + TuyaSector.Bytes > dump.Length)
                continue;
            TuyaKey? known = found.Find(key => key.Offset <= start && start < key.Offset + TuyaSector.Bytes);
            TuyaKey? key = known ?? Read(dump, start, master.Decrypt(dump.Slice(start, HeadBytes)), master);
            if (key is null)
                continue;
            from = Math.Max(from, key.Offset!.Value + TuyaSector.Bytes); // never back: the match may lie behind that sector
            if (known is not null)
                continue;
            found.Add(key);
            // The protected sector has no blank rest to be found by: it lies right before.
            int before = start - TuyaSector.Bytes;
            if (before >= 0 && Read(dump, before, master.Decrypt(dump.Slice(before, HeadBytes)), master) is { } protectedKey)
                found.Add(protectedKey);
        }
    }

    private static TuyaKey? Read(ReadOnlySpan<byte> dump, int offset, ReadOnlySpan<byte> head, TuyaCipher master)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != Magic)
            return null;
        uint sum = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        byte[] key = head.Slice(KeyOffset, TuyaCipher.BlockBytes).ToArray();
        if (sum == TuyaCipher.Sum(key))
            return new TuyaKey(offset, key, false);
        byte[] whole = master.Decrypt(dump.Slice(offset, TuyaSector.Bytes));
        return sum == TuyaCipher.Sum(whole.AsSpan(TuyaSector.SummedFrom)) ? new TuyaKey(offset, key, true) : null;
    }
}

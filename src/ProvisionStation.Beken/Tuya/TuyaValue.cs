using System.Buffers.Binary;
using System.Text;

namespace ProvisionStation.Beken.Tuya;

/// <summary>One value of the store, put together from its pages.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Bytes">Its content; shorter than it should be where pages are missing.</param>
/// <param name="IsSound">True where all of it is there and its checksum is right.</param>
/// <param name="IsInDoubt">True where one of its blocks is damaged or stands in for a damaged one.</param>
/// <param name="Block">Block of its index page.</param>
/// <param name="Page">Number of its index page.</param>
/// <param name="Parts">Where its pages are.</param>
internal sealed record TuyaValue(
    string Name, byte[] Bytes, bool IsSound, bool IsInDoubt, int Block, int Page, IReadOnlyList<TuyaPart> Parts)
{
    /// <summary>Offset of the length field in an index page; the checksum stands before it.</summary>
    public const int LengthOffset = 4;

    /// <summary>Offset of the name in an index page.</summary>
    public const int NameOffset = 0x12;

    private const int PartBytes = 4;

    // A store has 14 blocks of 31 pages; each page belongs to one value.
    private const int MostBytes = TuyaStore.Blocks * (TuyaSector.Pages - 1) * TuyaSector.PageBytes;

    /// <summary>The text up to the first NUL.</summary>
    public string Text => Encoding.Latin1.GetString(Bytes.AsSpan(0, Bytes.AsSpan().IndexOf((byte)0) is >= 0 and var end ? end : Bytes.Length));

    /// <summary>All values of a store, the sound ones first where a name occurs twice.</summary>
    public static List<TuyaValue> ReadAll(TuyaStore store)
    {
        List<TuyaValue> values = [];
        int budget = 4 * MostBytes;
        foreach (TuyaSector sector in store.Live.Values.OrderBy(sector => sector.Block))
        {
            for (int page = 1; page < TuyaSector.Pages; page++)
            {
                if (!sector.IsIndex(page) || Read(store, sector, page, budget) is not { } value)
                    continue;
                values.Add(value);
                budget -= value.Bytes.Length;
            }
        }

        return [.. values.OrderByDescending(value => value.IsSound)];
    }

    /// <summary>The values that a copy of a block still holds although it does not count any more; pages in other blocks are taken from there.</summary>
    public static IEnumerable<TuyaValue> ReadStale(TuyaStore store, TuyaSector stale) =>
        Enumerable.Range(1, TuyaSector.Pages - 1).Where(stale.IsIndex)
            .Select(page => Read(store, stale, page, MostBytes)).OfType<TuyaValue>();

    private static TuyaValue? Read(TuyaStore store, TuyaSector sector, int page, int budget)
    {
        ReadOnlySpan<byte> index = sector.Page(page);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(index[LengthOffset..]);
        bool isOwn = BinaryPrimitives.ReadUInt16LittleEndian(index[8..]) == sector.Block && index[0x0A] == page;
        if (!isOwn || length > Math.Min(MostBytes, budget) || NameOf(index) is not { } name)
            return null;
        int partsOffset = NameOffset + name.Length + 1;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(index[0x0B..]);
        if (partsOffset + (count * PartBytes) > index.Length)
            return null;
        TuyaPart[] parts = new TuyaPart[count];
        for (int part = 0; part < count; part++)
        {
            ReadOnlySpan<byte> entry = index[(partsOffset + (part * PartBytes))..];
            parts[part] = new TuyaPart(BinaryPrimitives.ReadUInt16LittleEndian(entry), entry[2], entry[3]);
        }

        byte[] bytes = Gather(store, sector, parts, (int)length);
        bool isSound = bytes.Length == length && TuyaCipher.Sum(bytes) == BinaryPrimitives.ReadUInt32LittleEndian(index);
        bool isInDoubt = parts.Select(part => part.Block).Append(sector.Block).Distinct().Any(store.IsInDoubt);
        return new TuyaValue(name, bytes, isSound, isInDoubt, sector.Block, page, parts);
    }

    private static string? NameOf(ReadOnlySpan<byte> index)
    {
        int length = index[NameOffset - 1] - 1;
        if (length < 1 || NameOffset + length >= index.Length || index[NameOffset + length] != 0)
            return null;
        ReadOnlySpan<byte> name = index.Slice(NameOffset, length);
        return name.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? null : Encoding.ASCII.GetString(name);
    }

    /// <summary>The pages of all parts in order, cut to the length; what is there before the first missing one.</summary>
    private static byte[] Gather(TuyaStore store, TuyaSector own, TuyaPart[] parts, int length)
    {
        byte[] bytes = new byte[length];
        int at = 0;
        foreach (TuyaPart part in parts)
        {
            TuyaSector? sector = part.Block == own.Block ? own : store.Live.GetValueOrDefault(part.Block);
            if (part.First < 1 || part.Last >= TuyaSector.Pages || part.Last < part.First || sector is null)
                break;
            for (int page = part.First; page <= part.Last && at < length; page++)
            {
                int take = Math.Min(TuyaSector.PageBytes, length - at);
                sector.Page(page)[..take].CopyTo(bytes.AsSpan(at));
                at += take;
            }
        }

        return at == length ? bytes : bytes[..at];
    }
}

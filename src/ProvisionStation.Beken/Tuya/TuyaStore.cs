namespace ProvisionStation.Beken.Tuya;

/// <summary>The vendor's key-value store of a dump, opened: its sectors, and of each block the copy that counts.</summary>
/// <remarks>Source: bk7231tools, analysis/kvstorage.py, and BK7231GUIFlashTool, Utils/TuyaConfig.cs; checked on 24 public dumps.</remarks>
internal sealed class TuyaStore
{
    /// <summary>Data sectors behind the key sector, in the order of their block ids.</summary>
    public const int Blocks = 14;

    /// <summary>All sectors of the store, with the key sector and three swap sectors.</summary>
    public const int Sectors = 1 + Blocks + 3;

    /// <summary>Block ids from here on are no store's: 14 blocks are the rule.</summary>
    private const int MostBlocks = 64;

    private readonly HashSet<int> inDoubt;

    private TuyaStore(TuyaKey key, IReadOnlyList<TuyaKey> keys, IReadOnlyList<TuyaSector> all)
    {
        (Key, Keys, All) = (key, keys, all);
        Live = all.GroupBy(sector => sector.Block).ToDictionary(copies => copies.Key, Newest);
        inDoubt = [.. Live.Where(pair => !pair.Value.IsSound || all.Any(copy => IsNewerWreck(copy, pair.Value) || IsRival(copy, pair.Value)))
            .Select(pair => pair.Key)];
    }

    /// <summary>What opened it.</summary>
    public TuyaKey Key { get; }

    /// <summary>All places of the dump that hold a device key.</summary>
    public IReadOnlyList<TuyaKey> Keys { get; }

    /// <summary>All data and swap sectors, whole or damaged, in the order of the dump.</summary>
    public IReadOnlyList<TuyaSector> All { get; }

    /// <summary>By block id: the sound copy of the highest generation; a damaged one only where there is no sound one.</summary>
    public IReadOnlyDictionary<int, TuyaSector> Live { get; }

    /// <summary>Where in the dump the key sector lies or, by the protected sector, should lie.</summary>
    public int? KeySectorOffset => Key switch
    {
        { Offset: { } offset, IsProtected: false } => offset,
        _ => null,
    };

    /// <summary>Opens the store of a dump; null where no key opens anything.</summary>
    public static TuyaStore? Open(ReadOnlySpan<byte> dump)
    {
        using var master = TuyaCipher.Master();
        List<TuyaKey> keys = TuyaKey.Find(dump, master);
        // The key sector first; a protected copy holds the same key; every T has the same one.
        TuyaKey[] tries = [.. keys.Where(key => !key.IsProtected), .. keys.Where(key => key.IsProtected), new(null, TuyaCipher.ConstantKeyOfT, false)];
        TuyaKey? best = null;
        int most = 0;
        foreach (TuyaKey key in tries)
        {
            if (key.Offset is null && most > 0)
                break;
            int count = CountSectors(dump, key);
            if (count > most)
                (best, most) = (key, count);
        }

        best ??= keys.Find(key => !key.IsProtected);
        return best is null ? null : new TuyaStore(best, keys, Read(dump, best));
    }

    /// <summary>Every store of a dump, by the key and the place in the sector that open it: a file may hold pieces of more than one.</summary>
    public static IReadOnlyList<TuyaStore> OpenAll(ReadOnlySpan<byte> dump)
    {
        using var master = TuyaCipher.Master();
        List<TuyaKey> keys = TuyaKey.Find(dump, master);
        List<TuyaStore> stores = [];
        foreach (TuyaKey key in keys.Append(new TuyaKey(null, TuyaCipher.ConstantKeyOfT, false))
            .DistinctBy(key => (Convert.ToHexString(key.Key), PhaseOf(key))))
        {
            if (CountSectors(dump, key) > 0)
                stores.Add(new TuyaStore(key, keys, Read(dump, key)));
        }

        return stores;
    }

    /// <summary>What is wrong with blocks, as sentences: a damaged newest copy, a block that cannot be read at all.</summary>
    /// <param name="dump">The dump the store was opened from.</param>
    public IEnumerable<string> Damage(ReadOnlyMemory<byte> dump)
    {
        foreach ((int block, TuyaSector live) in Live.OrderBy(pair => pair.Key))
        {
            if (!live.IsSound)
                yield return $"block {block} at 0x{live.Offset:X6} is damaged and has no sound copy";
            else if (All.FirstOrDefault(copy => IsNewerWreck(copy, live)) is { } wreck)
                yield return $"block {block} at 0x{wreck.Offset:X6} is damaged: the copy of generation {live.Generation} at 0x{live.Offset:X6} is used";
            else if (All.Any(copy => IsRival(copy, live)))
                yield return $"block {block} has two sound but different copies of generation {live.Generation}";
        }

        if (KeySectorOffset is not { } key)
            yield break;
        for (int block = 0; block < Blocks; block++)
        {
            int offset = key + ((block + 1) * TuyaSector.Bytes);
            if (Live.Count > 0 && !Live.ContainsKey(block) && offset + TuyaSector.Bytes <= dump.Length
                && dump.Span.Slice(offset, TuyaSector.Bytes).ContainsAnyExcept((byte)0xFF))
                yield return $"block {block} at 0x{offset:X6} cannot be read";
        }
    }

    /// <summary>True where a block's own copy was lost or is in doubt.</summary>
    public bool IsInDoubt(int block) => !Live.ContainsKey(block) || inDoubt.Contains(block);

    /// <summary>Copies of blocks that do not count any more, but still hold what they held.</summary>
    public IEnumerable<TuyaSector> Stale => All.Where(sector => Live[sector.Block] != sector);

    private static bool IsNewerWreck(TuyaSector copy, TuyaSector live) =>
        copy.Block == live.Block && !copy.IsSound && copy.Generation >= live.Generation;

    private static bool IsRival(TuyaSector copy, TuyaSector live) =>
        copy != live && copy.Block == live.Block && copy.IsSound && copy.Generation == live.Generation && !copy.Plain.AsSpan().SequenceEqual(live.Plain);

    private static TuyaSector Newest(IEnumerable<TuyaSector> copies) =>
        copies.OrderByDescending(copy => copy.IsSound).ThenByDescending(copy => copy.Generation).ThenBy(copy => copy.Offset).First();

    private static int CountSectors(ReadOnlySpan<byte> dump, TuyaKey key)
    {
        using var data = TuyaCipher.Data(key.Key);
        byte[] heads = data.Heads(dump, PhaseOf(key), TuyaCipher.BlockBytes);
        int count = 0;
        for (int head = 0; head < heads.Length; head += TuyaCipher.BlockBytes)
            count += TuyaSector.HasMagic(heads.AsSpan(head)) ? 1 : 0;
        return count;
    }

    private static List<TuyaSector> Read(ReadOnlySpan<byte> dump, TuyaKey key)
    {
        using var data = TuyaCipher.Data(key.Key);
        byte[] heads = data.Heads(dump, PhaseOf(key), TuyaCipher.BlockBytes);
        List<TuyaSector> sectors = [];
        for (int head = 0; head < heads.Length / TuyaCipher.BlockBytes; head++)
        {
            int offset = PhaseOf(key) + (head * TuyaSector.Bytes);
            if (!TuyaSector.HasMagic(heads.AsSpan(head * TuyaCipher.BlockBytes)))
                continue;
            TuyaSector sector = new(offset, data.Decrypt(dump.Slice(offset, TuyaSector.Bytes)));
            if (sector.Block < MostBlocks)
                sectors.Add(sector);
        }

        return sectors;
    }

    private static int PhaseOf(TuyaKey key) => (key.Offset ?? 0) % TuyaSector.Bytes;
}

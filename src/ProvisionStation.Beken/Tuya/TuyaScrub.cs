using System.Buffers.Binary;
using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Tuya;

/// <summary>Makes a copy of a dump that may be shown to others: no home network, no vendor identity, no MAC, the same pin map.</summary>
/// <remarks>
/// Every block is rebuilt from a list of harmless values; other values become dummies of the same length; free pages, padding, stale copies and
/// what cannot be read become blank. What lies between RF sector and store (the SDK's network parameters, an OpenBeken configuration) goes too.
/// </remarks>
public static class TuyaScrub
{
    private const int HeaderBytes = 0x13;
    private const int InnerOffset = 0x20;
    private const byte Blank = 0xFF;
    private const int ShortestInPlain = 5;

    private static readonly string[] Harmless =
    [
        "user_param_key", "baud_cfg", "uart_adapt_params", "em_sys_env", "device_mod", "wf_start_md", "is_stride", "tls_ca_cnt", "mf_test_close",
    ];

    /// <summary>The copy. It is meant for support and not for restoring a unit.</summary>
    /// <param name="dump">A whole flash, or the part of one that holds the store.</param>
    public static byte[] Scrub(ReadOnlySpan<byte> dump)
    {
        byte[] copy = dump.ToArray();
        TuyaStore? store = TuyaStore.Open(dump);
        uint shift = TuyaPlace.ShiftOf(dump, store);
        HideUnit(copy, shift);
        BlankStore(copy, store, shift);
        BlankEveryStore(copy, dump);
        foreach (int offset in TuyaObkSectors.OffsetsOf(dump))
            BlankSectorAt(copy, offset);
        if (store is not null)
            Show(copy, store);
        foreach (TuyaSecret secret in Secrets(dump))
            EraseInPlain(copy, secret);
        return copy;
    }

    /// <summary>A file may hold pieces of more than one store. Only one is shown again: of the others nothing stays, their keys least of all.</summary>
    private static void BlankEveryStore(byte[] copy, ReadOnlySpan<byte> dump)
    {
        foreach (TuyaSector sector in TuyaStore.OpenAll(dump).SelectMany(store => store.All))
            BlankSectorAt(copy, sector.Offset);
        using var master = TuyaCipher.Master();
        foreach (TuyaKey key in TuyaKey.Find(dump, master))
            BlankSectorAt(copy, key.Offset!.Value);
    }

    /// <summary>Writes what may be shown of the store that counts.</summary>
    private static void Show(byte[] copy, TuyaStore store)
    {
        using var master = TuyaCipher.Master();
        using var data = TuyaCipher.Data(store.Key.Key);
        foreach (TuyaKey key in store.Keys.Where(key => key.Key.AsSpan().SequenceEqual(store.Key.Key)))
            Write(copy, key.Offset!.Value, master.Encrypt(key.IsProtected ? EmptyProtected(key) : KeySector(key)));
        foreach ((int block, byte[] plain) in Rebuild(store, TuyaValue.ReadAll(store)))
            Write(copy, store.Live[block].Offset, data.Encrypt(plain));
    }

    private static List<TuyaSecret> Secrets(ReadOnlySpan<byte> dump)
    {
        List<TuyaSecret> found = [.. TuyaObkSectors.Secrets(dump)];
        foreach (TuyaStore store in TuyaStore.OpenAll(dump))
            found.AddRange(TuyaPersonal.Secrets(dump, store, TuyaValue.ReadAll(store)));
        return found;
    }

    /// <summary>True for a value that tells nothing about people: the pin text, settings of the module, a product's schema.</summary>
    private static bool IsHarmless(TuyaValue value)
    {
        bool isSchema = value.Name.Length == 10 && value.Name.StartsWith("0000", StringComparison.Ordinal);
        if (!isSchema && !Harmless.Contains(value.Name))
            return false;
        // Of a damaged value nobody knows whose bytes it holds; a pin text shows by its form.
        return value.IsSound || (value.Name == "user_param_key" && TuyaText.Read(value.Bytes) is not null);
    }

    private static Dictionary<int, byte[]> Rebuild(TuyaStore store, List<TuyaValue> values)
    {
        Dictionary<int, byte[]> blocks = store.Live.ToDictionary(pair => pair.Key, pair => EmptyBlock(pair.Value));
        HashSet<(int, int)> taken = [];
        foreach (TuyaValue value in values.OrderBy(IsHarmless))
        {
            // A page that a secret value also claims is not shown, whoever else claims it.
            (int Block, int Page)[] pages = [.. PagesOf(value, blocks)];
            bool isShown = IsHarmless(value) && !Array.Exists(pages, taken.Contains);
            taken.UnionWith(pages);
            byte[] content = isShown ? value.Bytes : Enumerable.Repeat(TuyaPersonal.Dummy, value.Bytes.Length).ToArray();
            for (int i = 0; i < pages.Length && i * TuyaSector.PageBytes < content.Length; i++)
            {
                ReadOnlySpan<byte> piece = content.AsSpan(i * TuyaSector.PageBytes);
                piece[..Math.Min(piece.Length, TuyaSector.PageBytes)].CopyTo(PageOf(blocks[pages[i].Block], pages[i].Page));
            }

            WriteIndex(store, value, PageOf(blocks[value.Block], value.Page), isShown);
        }

        foreach ((int block, byte[] plain) in blocks)
        {
            TuyaSector.Seal(plain);
            // A damaged block stays one.
            if (!store.Live[block].IsSound)
                plain[4] ^= 1;
        }

        return blocks;
    }

    private static void WriteIndex(TuyaStore store, TuyaValue value, Span<byte> page, bool isShown)
    {
        int length = TuyaValue.NameOffset + value.Name.Length + 1 + (value.Parts.Count * 4);
        store.Live[value.Block].Page(value.Page)[..length].CopyTo(page);
        if (!isShown)
            BinaryPrimitives.WriteUInt32LittleEndian(page, unchecked((uint)value.Bytes.Length * TuyaPersonal.Dummy));
    }

    private static IEnumerable<(int Block, int Page)> PagesOf(TuyaValue value, Dictionary<int, byte[]> blocks) =>
        value.Parts.TakeWhile(part => blocks.ContainsKey(part.Block) && part.First >= 1 && part.Last < TuyaSector.Pages && part.First <= part.Last)
            .SelectMany(part => Enumerable.Range(part.First, part.Pages).Select(page => (part.Block, page)))
            .Take((value.Bytes.Length + TuyaSector.PageBytes - 1) / TuyaSector.PageBytes);

    private static Span<byte> PageOf(byte[] plain, int page) => plain.AsSpan(page * TuyaSector.PageBytes, TuyaSector.PageBytes);

    private static byte[] EmptyBlock(TuyaSector sector)
    {
        byte[] plain = BlankSector();
        sector.Plain.AsSpan(0, HeaderBytes).CopyTo(plain);
        return plain;
    }

    private static byte[] KeySector(TuyaKey key)
    {
        byte[] plain = BlankSector();
        TuyaKey.WriteHead(plain, key.Key, TuyaCipher.Sum(key.Key));
        return plain;
    }

    private static byte[] EmptyProtected(TuyaKey key)
    {
        using var data = TuyaCipher.Data(key.Key);
        byte[] plain = BlankSector();
        TuyaKey.WriteHead(plain, key.Key, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(plain.AsSpan(0x18), 0);
        data.Encrypt(plain.AsSpan(InnerOffset)).CopyTo(plain, InnerOffset);
        TuyaSector.Seal(plain);
        return plain;
    }

    /// <summary>Takes the unit's own half of the MAC out of the RF sector, and what lies between that sector and the store.</summary>
    private static void HideUnit(byte[] copy, uint shift)
    {
        if (TuyaPlace.RfAt(copy, shift) is not { } rf)
        {
            BlankUnitOfUnknownLayout(copy, shift);
            return;
        }

        FlashLayout layout = FlashLayout.Of(rf.Chip)!;
        int start = TuyaPlace.OffsetOf(copy, layout.RfSector.Start.Value, shift);
        if (rf.Table.MacText is { } mac)
        {
            Span<byte> sector = copy.AsSpan(start, TuyaSector.Bytes);
            byte[] bytes = Convert.FromHexString(mac);
            for (int at = sector.IndexOf(bytes); at >= 0 && bytes.AsSpan(3).ContainsAnyExcept((byte)0); at = sector.IndexOf(bytes))
                sector.Slice(at + 3, 3).Clear();
        }

        int end = TuyaPlace.OffsetOf(copy, layout.VendorStore.Start.Value, shift);
        if (end > start + TuyaSector.Bytes)
            copy.AsSpan((start + TuyaSector.Bytes)..end).Fill(Blank);
    }

    /// <summary>Without an RF table nobody knows whose layout it is: everything from the first place of an RF sector to the store goes.</summary>
    private static void BlankUnitOfUnknownLayout(byte[] copy, uint shift)
    {
        if (copy.Length < TuyaPlace.WholeFlash)
            return;
        FlashLayout first = FlashLayout.Of(ChipModel.BK7231N)!;
        for (uint at = first.RfSector.Start.Value; at < first.VendorStore.Start.Value; at += TuyaSector.Bytes)
            BlankSectorAt(copy, TuyaPlace.OffsetOf(copy, at, shift));
    }

    private static void BlankSectorAt(byte[] copy, int offset) =>
        copy.AsSpan(offset, Math.Min(TuyaSector.Bytes, copy.Length - offset)).Fill(Blank);

    /// <summary>Blanks the whole store; what may be shown is written again afterwards.</summary>
    private static void BlankStore(byte[] copy, TuyaStore? store, uint shift)
    {
        int start = 0, end = copy.Length;
        if (store?.KeySectorOffset is { } key)
            (start, end) = (Math.Max(0, key - TuyaSector.Bytes), Math.Min(copy.Length, key + (TuyaStore.Sectors * TuyaSector.Bytes)));
        else if (copy.Length >= TuyaPlace.WholeFlash)
        {
            start = TuyaPlace.OffsetOf(copy, TuyaPlace.KeySector - TuyaSector.Bytes, shift);
            end = Math.Min(copy.Length, start + ((TuyaStore.Sectors + 1) * TuyaSector.Bytes));
        }

        copy.AsSpan(start..end).Fill(Blank);
    }

    private static void EraseInPlain(Span<byte> copy, TuyaSecret secret)
    {
        foreach (byte[] form in secret.Forms().Where(form => form.Length >= ShortestInPlain))
        {
            for (int at = copy.IndexOf(form); at >= 0 && form.AsSpan().ContainsAnyExcept(TuyaPersonal.Dummy); at = copy.IndexOf(form))
                copy.Slice(at, form.Length).Fill(TuyaPersonal.Dummy);
        }
    }

    private static void Write(byte[] copy, int offset, byte[] sector) => sector.CopyTo(copy, offset);

    private static byte[] BlankSector()
    {
        byte[] sector = new byte[TuyaSector.Bytes];
        sector.AsSpan().Fill(Blank);
        return sector;
    }
}

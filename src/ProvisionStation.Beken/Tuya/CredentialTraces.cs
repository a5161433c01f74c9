using System.Buffers.Binary;
using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Tuya;

/// <summary>Looks for the old owner's credentials in what a unit's flash holds at the end.</summary>
public static class CredentialTraces
{
    private const int InnerOffset = 0x20;

    /// <summary>Sectors with credentials, by address; empty where none were found.</summary>
    /// <param name="finalFlash">The whole flash as it is known from what was written and what was kept.</param>
    /// <param name="backup">The whole flash as it was: says what to look for.</param>
    /// <remarks>
    /// Looks at bytes as they lie, under the store's data key, and in protected copies. A store that could not be opened and is still there counts:
    /// its key may be known elsewhere.
    /// </remarks>
    public static IReadOnlyList<CredentialTrace> Find(ReadOnlySpan<byte> finalFlash, ReadOnlySpan<byte> backup)
    {
        SortedDictionary<uint, SortedSet<string>> found = [];
        TuyaStore? store = TuyaStore.Open(backup);
        List<TuyaSecret> secrets = [.. TuyaObkSectors.Secrets(backup)];
        if (store is null)
            AddUnopened(found, finalFlash, backup);
        else
            secrets.AddRange(TuyaPersonal.Secrets(backup, store, TuyaValue.ReadAll(store)));
        (string What, byte[] Form)[] forms = [.. secrets.SelectMany(secret => secret.Forms().Select(form => (secret.What, form)))];
        if (forms.Length > 0)
            Search(found, finalFlash, store?.Key.Key ?? TuyaCipher.ConstantKeyOfT, forms);
        AddValues(found, finalFlash);
        return Traces(found);
    }

    private static void Search(
        SortedDictionary<uint, SortedSet<string>> found, ReadOnlySpan<byte> flash, byte[] deviceKey, (string What, byte[] Form)[] forms)
    {
        using var master = TuyaCipher.Master();
        using var data = TuyaCipher.Data(deviceKey);
        byte[] plain = new byte[TuyaSector.Bytes];
        for (int at = 0; at + TuyaSector.Bytes <= flash.Length; at += TuyaSector.Bytes)
        {
            ReadOnlySpan<byte> sector = flash.Slice(at, TuyaSector.Bytes);
            if (!sector.ContainsAnyExcept((byte)0xFF))
                continue;
            Look(sector, at);
            data.Decrypt(sector, plain);
            Look(plain, at);
            master.Decrypt(sector, plain);
            if (BinaryPrimitives.ReadUInt32LittleEndian(plain) != TuyaKey.Magic)
                continue;
            data.Decrypt(plain.AsSpan(InnerOffset), plain.AsSpan(InnerOffset));
            Look(plain, at);
        }

        void Look(ReadOnlySpan<byte> bytes, int sector)
        {
            foreach ((string what, byte[] form) in forms)
            {
                if (bytes.IndexOf(form) >= 0)
                    Add(found, sector, what);
            }
        }
    }

    /// <summary>A value may lie across two sectors, where no search by bytes finds it: the store is read once more as it is at the end.</summary>
    private static void AddValues(SortedDictionary<uint, SortedSet<string>> found, ReadOnlySpan<byte> flash)
    {
        if (TuyaStore.Open(flash) is not { } store)
            return;
        foreach (TuyaValue value in TuyaValue.ReadAll(store))
        {
            foreach (TuyaSecret secret in TuyaPersonal.SecretsOf(value))
            {
                foreach (TuyaPart part in value.Parts.Where(part => store.Live.ContainsKey(part.Block)))
                    Add(found, store.Live[part.Block].Offset, secret.What);
            }
        }
    }

    private static void AddUnopened(SortedDictionary<uint, SortedSet<string>> found, ReadOnlySpan<byte> flash, ReadOnlySpan<byte> backup)
    {
        FlashRange range = FlashLayout.Of(ChipModel.BK7231N)!.VendorStore;
        for (uint at = range.Start.Value; at < range.End.Value && at + TuyaSector.Bytes <= Math.Min(flash.Length, backup.Length); at += TuyaSector.Bytes)
        {
            ReadOnlySpan<byte> sector = flash.Slice((int)at, TuyaSector.Bytes);
            bool isBlank = !sector.ContainsAnyExcept((byte)0xFF) || !sector.ContainsAnyExcept((byte)0);
            if (!isBlank && sector.SequenceEqual(backup.Slice((int)at, TuyaSector.Bytes)))
                Add(found, (int)at, "vendor store that could not be opened");
        }
    }

    private static void Add(SortedDictionary<uint, SortedSet<string>> found, int sector, string what)
    {
        if (!found.TryGetValue((uint)sector, out SortedSet<string>? whats))
            found[(uint)sector] = whats = new SortedSet<string>(StringComparer.Ordinal);
        whats.Add(what);
    }

    private static IReadOnlyList<CredentialTrace> Traces(SortedDictionary<uint, SortedSet<string>> found) =>
        [.. found.Select(pair => new CredentialTrace(new FlashAddress(pair.Key), string.Join(", ", pair.Value)))];
}

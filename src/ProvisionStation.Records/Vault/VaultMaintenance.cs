using Dapper;

namespace ProvisionStation.Records.Vault;

/// <summary>What is done to whole packs while no station runs: room is made, the station key is changed.</summary>
internal static class VaultMaintenance
{
    /// <summary>Finds, and removes where asked to, what no record names.</summary>
    /// <remarks>What stays is copied into new packs, synced, read back and entered into the index before an old pack is removed: a crash leaves
    /// either or both, and both hold the same. A pack with damage in it is never written anew.</remarks>
    public static VaultGarbage Collect(PackFolder folder, IReadOnlySet<string> named, bool isDryRun, CancellationToken cancel)
    {
        IReadOnlyList<PackPlace> manifests = folder.Index.All(RecordKind.Manifest);
        HashSet<int> damaged = [.. folder.Index.Damages().Select(damage => damage.Pack)];
        bool IsNamed(PackPlace place) => named.Contains(Convert.ToHexStringLower(place.Name));
        PackPlace[] dead = [.. manifests.Where(place => !IsNamed(place) && !damaged.Contains(place.Pack))];
        PackPlace[] kept = [.. manifests.Except(dead)];
        HashSet<string> live = LiveNames(folder, kept, IsNamed, cancel);
        List<(int Pack, PackPlace[] Keep, PackPlace[] Drop)> rewrite = [];
        long freed = AsideFiles(folder).Sum(file => file.Length);
        foreach ((int pack, long bytes) in folder.OnDisk().Where(pack => !damaged.Contains(pack.Key)))
        {
            IReadOnlyList<PackPlace> all = folder.Index.In(pack);
            PackPlace[] keep = [.. all.Where(place => live.Contains(KeyOf(place)))];
            long useful = PackKeys.HeadBytes + keep.Sum(place => (long)place.Length);
            if (useful == bytes && keep.Length > 0)
                continue;
            rewrite.Add((pack, keep, [.. all.Except(keep)]));
            freed += keep.Length == 0 ? bytes : bytes - useful;
        }

        if (!isDryRun)
        {
            foreach ((int pack, PackPlace[] keep, PackPlace[] drop) in rewrite)
            {
                cancel.ThrowIfCancellationRequested();
                Rewrite(folder, pack, keep, drop, rewrite.Max(one => one.Pack));
            }

            foreach (FileInfo file in AsideFiles(folder))
                file.Delete();
        }

        return new VaultGarbage([.. dead.Select(place => Convert.ToHexStringLower(place.Name))], freed, rewrite.Count, kept.Count(IsNamed));
    }

    /// <summary>Wraps every pack's keys with a new station key. Until the old slots are cleared, both keys open every pack.</summary>
    public static KeyChange Rotate(PackFolder folder, VaultKey fresh, Action keep)
    {
        int[] packs = [.. folder.OnDisk().Keys];
        foreach (int pack in packs)
            AddSlot(folder, pack, fresh);
        keep();
        foreach (int pack in packs)
            EachSlot(folder, pack, slot => !PackKeys.IsWhole(slot) || PackKeys.FingerprintOf(slot) != fresh.Fingerprint, new byte[PackKeys.SlotBytes]);
        return new KeyChange(folder.Key.Fingerprint, fresh.Fingerprint, fresh.Path, packs.Length);
    }

    private static void Rewrite(PackFolder folder, int pack, PackPlace[] keep, PackPlace[] drop, int lastOld)
    {
        // Only into packs that this collection made: an older one may be written anew itself.
        byte[] addressKey = (folder.KeysOf(pack) ?? throw Unreadable($"the head of {PackFolder.NameOf(pack)}")).AddressKey;
        using (PackWriter writer = new(folder) { StartsNewPack = folder.OnDisk().Keys.Last() <= lastOld, AddressKey = addressKey })
        using (PackReader reader = new(folder))
        {
            foreach (PackPlace place in keep.OrderBy(place => place.Kind))
            {
                byte[] content = reader.Read(place) ?? throw Unreadable(PackFolder.NameOf(pack));
                writer.Add(place.Kind, place.Name, content, place.Bytes);
            }

            writer.Sync();
            writer.Commit(connection =>
            {
                foreach (PackPlace place in drop)
                    VaultIndex.Forget(connection, place);
            });
        }

        using (PackReader reader = new(folder, isFromDisk: true))
        {
            if (keep.Any(place => folder.Index.Find(place.Kind, place.Name) is not { } copy || copy.Pack == pack || reader.Read(copy) is null))
                throw Unreadable($"the copy of {PackFolder.NameOf(pack)}");
        }

        folder.Index.Write(connection => connection.Execute("DELETE FROM pack WHERE number = @pack", new { pack }));
        folder.Forget(pack);
        File.Delete(folder.PathOf(pack));
        folder.Disk.Folder(folder.Path);
    }

    /// <summary>Names of everything that the kept artifacts are made of.</summary>
    private static HashSet<string> LiveNames(PackFolder folder, PackPlace[] kept, Func<PackPlace, bool> isNamed, CancellationToken cancel)
    {
        HashSet<string> live = [.. kept.Select(KeyOf)];
        using PackReader reader = new(folder);
        foreach (PackPlace place in kept)
        {
            cancel.ThrowIfCancellationRequested();
            if (reader.ReadManifest(place) is not { } manifest)
            {
                if (isNamed(place))
                    throw Unreadable(Convert.ToHexStringLower(place.Name));
                continue;
            }

            PackKeys keys = folder.KeysOf(place.Pack)!;
            live.UnionWith(manifest.Sectors.OfType<byte[]>().Select(sector => KeyOf(RecordKind.Sector, keys.NameOf(sector))));
        }

        return live;
    }

    private static void AddSlot(PackFolder folder, int pack, VaultKey fresh)
    {
        PackKeys keys = folder.KeysOf(pack) ?? throw Unreadable($"the head of {PackFolder.NameOf(pack)}");
        byte[] head = PackFolder.ReadFrom(folder.PathOf(pack), 0, PackKeys.HeadBytes);
        bool isNew = head.Chunk(PackKeys.SlotBytes).Any(slot => PackKeys.FromSlot(slot, fresh) is not null);
        if (isNew)
            return;
        bool isFirstFree = PackKeys.FromSlot(head.AsSpan(0, PackKeys.SlotBytes), folder.Key) is null;
        int free = isFirstFree ? 0 : PackKeys.SlotBytes;
        // Sealed: what is stored from now on has a data key that the old station key never opened.
        Write(folder, pack, free, (keys with { IsSealed = true }).ToSlot(fresh));
        byte[] written = PackFolder.ReadFrom(folder.PathOf(pack), free, PackKeys.SlotBytes);
        if (PackKeys.FromSlot(written, fresh) is not { } back || !back.DataKey.AsSpan().SequenceEqual(keys.DataKey))
            throw Unreadable($"the new key's slot in {PackFolder.NameOf(pack)}");
    }

    private static void EachSlot(PackFolder folder, int pack, Func<byte[], bool> isMeant, byte[] content)
    {
        byte[][] slots = [.. PackFolder.ReadFrom(folder.PathOf(pack), 0, PackKeys.HeadBytes).Chunk(PackKeys.SlotBytes)];
        for (int i = 0; i < slots.Length; i++)
        {
            if (isMeant(slots[i]))
                Write(folder, pack, i * PackKeys.SlotBytes, content);
        }
    }

    private static void Write(PackFolder folder, int pack, int offset, byte[] slot)
    {
        using FileStream stream = folder.OpenPack(folder.PathOf(pack));
        stream.Position = offset;
        stream.Write(slot);
        folder.Disk.File(stream);
        folder.ForgetKeysOf(pack);
    }

    private static string KeyOf(PackPlace place) => KeyOf(place.Kind, place.Name);

    private static string KeyOf(RecordKind kind, byte[] name) => $"{(int)kind}:{Convert.ToHexString(name)}";

    private static FileInfo[] AsideFiles(PackFolder folder) => new DirectoryInfo(folder.Path).GetFiles("*.torn-*");

    private static RecordsException Unreadable(string what) => new(
        "record-lost", $"{what} cannot be read, so nothing was removed or changed that depends on it",
        "Run 'vault verify' to see what is lost, and bring it back from a copy of the data folder first.");
}

namespace ProvisionStation.Records.Vault;

/// <summary>Looks through a whole vault.</summary>
internal static class VaultAudit
{
    /// <summary>Puts every artifact together from what the disk holds.</summary>
    public static VaultCheck Verify(string folder, PackFolder? packs, PlainFiles plain, CancellationToken cancel)
    {
        int files = 0;
        long bytes = 0;
        List<string> damaged = [];
        HashSet<string> told = [];
        using PackReader? reader = packs is null ? null : new PackReader(packs, isFromDisk: true);
        foreach (PackPlace place in packs?.Index.All(RecordKind.Manifest) ?? [])
        {
            cancel.ThrowIfCancellationRequested();
            string name = Convert.ToHexStringLower(place.Name);
            files++;
            bytes += place.Bytes;
            told.Add(name);
            if (reader!.Rebuild(place.Name) is null && !plain.IsWholeOnDisk(name))
                damaged.Add(name);
        }

        foreach ((string path, string? name) in plain.All().Where(file => file.Sha256 is null || !told.Contains(file.Sha256)))
        {
            cancel.ThrowIfCancellationRequested();
            files++;
            bytes += new FileInfo(path).Length;
            if (name is null || !plain.IsWholeOnDisk(name))
                damaged.Add(name ?? Path.GetRelativePath(folder, path));
        }

        return new VaultCheck(files, bytes, damaged) { Torn = [.. packs?.Index.Damages().Select(damage => damage.ToString()) ?? []] };
    }

    public static VaultStats Stats(string folder, PackFolder? packs, PlainFiles plain)
    {
        PackPlace[] manifests = [.. packs?.Index.All(RecordKind.Manifest) ?? []];
        HashSet<string> names = [.. manifests.Select(place => Convert.ToHexStringLower(place.Name))];
        FileInfo[] files = [.. plain.All().Where(file => file.Sha256 is not null).Select(file => new FileInfo(file.Path))];
        FileInfo[] alone = [.. files.Where(file => !names.Contains(file.Name))];
        FileInfo index = new(Path.Combine(folder, VaultIndex.FileName));
        SortedDictionary<int, long> onDisk = packs?.OnDisk() ?? [];
        return new VaultStats(
            manifests.Length + alone.Length,
            manifests.Sum(place => place.Bytes) + alone.Sum(file => file.Length),
            onDisk.Values.Sum() + files.Sum(file => file.Length) + (index.Exists ? index.Length : 0),
            onDisk.Count,
            files.Length,
            packs?.Key.Fingerprint,
            packs?.Key.Path);
    }
}

namespace ProvisionStation.Records.Vault;

/// <summary>Puts an artifact into the packs; the vault's lock is held.</summary>
internal static class VaultStore
{
    /// <summary>Stores it, and puts it together again from what the disk holds (law 1).</summary>
    /// <returns>Its SHA-256.</returns>
    public static string Store(PackFolder packs, PlainFiles plain, Manifest manifest, ReadOnlySpan<byte> content)
    {
        string sha256 = Convert.ToHexStringLower(manifest.Sha256);
        if (plain.IsWholeOnDisk(sha256))
        {
            packs.Disk.Folder(Path.GetDirectoryName(plain.PathOf(sha256))!);
            return sha256;
        }

        packs.Refresh();
        HashSet<string> bad = [];
        if (packs.Index.Find(RecordKind.Manifest, manifest.Sha256) is not null && IsOnDisk(packs, manifest, bad))
            return sha256;
        if (Append(packs, manifest, content, bad))
            return sha256;
        // Something it shares with older backups does not read any more: a new copy serves them all.
        if (bad.Count > 0 && Append(packs, manifest, content, bad))
            return sha256;
        throw VaultTrouble.ReadBack(packs.Path);
    }

    /// <summary>Appends what is not there yet; false where it does not read back, and then it is taken back.</summary>
    /// <param name="packs">The packs.</param>
    /// <param name="manifest">What it is made of.</param>
    /// <param name="content">All of it.</param>
    /// <param name="bad">SHA-256 of sectors that are to be stored anew; is given those that do not read.</param>
    private static bool Append(PackFolder packs, Manifest manifest, ReadOnlySpan<byte> content, HashSet<string> bad)
    {
        using PackWriter writer = new(packs);
        AddSectors(writer, packs, manifest, content, bad);
        writer.Sync();
        writer.Add(RecordKind.Manifest, manifest.Sha256, manifest.ToBytes(), manifest.Bytes);
        writer.Commit();
        bad.Clear();
        if (IsOnDisk(packs, manifest, bad))
            return true;
        writer.Withdraw();
        return false;
    }

    private static void AddSectors(PackWriter writer, PackFolder packs, Manifest manifest, ReadOnlySpan<byte> content, HashSet<string> bad)
    {
        byte[] addressKey = writer.AddressKey;
        List<int> missing = [];
        packs.Index.Read(connection =>
        {
            HashSet<string> seen = [];
            for (int i = 0; i < manifest.Sectors.Count; i++)
            {
                if (manifest.Sectors[i] is not { } sector || !seen.Add(Convert.ToHexStringLower(sector)))
                    continue;
                if (bad.Contains(Convert.ToHexStringLower(sector))
                    || VaultIndex.Find(connection, RecordKind.Sector, PackKeys.NameOf(addressKey, sector)) is null)
                    missing.Add(i);
            }

            return missing;
        });
        foreach (int i in missing)
            writer.Add(RecordKind.Sector, PackKeys.NameOf(addressKey, manifest.Sectors[i]!), content[manifest.PlaceOf(i)], 0);
    }

    private static bool IsOnDisk(PackFolder packs, Manifest manifest, HashSet<string> bad)
    {
        using PackReader reader = new(packs, isFromDisk: true);
        if (reader.Rebuild(manifest.Sha256, bad) is null)
            return false;
        packs.Remember(manifest.Sha256, reader.Ends);
        return true;
    }
}

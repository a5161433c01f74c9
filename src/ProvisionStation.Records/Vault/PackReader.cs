using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace ProvisionStation.Records.Vault;

/// <summary>Reads records for the length of one operation.</summary>
/// <param name="folder">The packs.</param>
/// <param name="isFromDisk">True: past the system's own copy, so that what is read is what the disk holds.</param>
internal sealed class PackReader(PackFolder folder, bool isFromDisk = false) : IDisposable
{
    private readonly Dictionary<int, (SafeFileHandle File, PackCipher Cipher)?> _packs = [];

    /// <summary>How far each pack was read: what was read is there as long as they are no shorter.</summary>
    public Dictionary<int, long> Ends { get; } = [];

    /// <summary>The content of a record; null where it is gone, damaged or not the one that was meant.</summary>
    public byte[]? Read(PackPlace place)
    {
        if (PackOf(place.Pack) is not var (file, cipher))
            return null;
        byte[] record = new byte[place.Length];
        try
        {
            int read = 0;
            for (int more = -1; more != 0 && read < record.Length; read += more)
                more = RandomAccess.Read(file, record.AsSpan(read), place.Offset + read);
            if (read < record.Length)
                return null;
            Ends[place.Pack] = Math.Max(Ends.GetValueOrDefault(place.Pack), place.Offset + place.Length);
        }
        catch (IOException)
        {
            return null;
        }

        return cipher.Open(record, place.Offset) is { } content && PackCipher.NameOf(record) is var (kind, name)
            && kind == place.Kind && name.AsSpan().SequenceEqual(place.Name) ? content : null;
    }

    /// <summary>The manifest of an artifact; null where there is none that can be read.</summary>
    public Manifest? ReadManifest(PackPlace? place) =>
        place is not null && Read(place) is { } body && Manifest.From(body) is { } manifest && manifest.Sha256.AsSpan().SequenceEqual(place.Name) ? manifest : null;

    /// <summary>An artifact, put together and hashed; null where any of it is not as it was.</summary>
    /// <param name="sha256">Of the whole.</param>
    /// <param name="bad">Is given the SHA-256 of each sector that cannot be read.</param>
    public byte[]? Rebuild(byte[] sha256, ICollection<string>? bad = null) => folder.Index.Read(connection =>
    {
        if (VaultIndex.Find(connection, RecordKind.Manifest, sha256) is not { } place || ReadManifest(place) is not { } manifest || folder.KeysOf(place.Pack) is not { } keys)
            return null;
        byte[] content = new byte[manifest.Bytes];
        content.AsSpan().Fill(0xFF);
        bool isWhole = true;
        for (int i = 0; i < manifest.Sectors.Count; i++)
        {
            if (manifest.Sectors[i] is not { } sector || Fill(connection, keys.NameOf(sector), sector, content.AsSpan()[manifest.PlaceOf(i)]))
                continue;
            isWhole = false;
            if (bad is null)
                break;
            bad.Add(Convert.ToHexStringLower(sector));
        }

        return isWhole && SHA256.HashData(content).AsSpan().SequenceEqual(sha256) ? content : null;
    });

    public void Dispose()
    {
        foreach ((SafeFileHandle File, PackCipher Cipher)? pack in _packs.Values)
        {
            pack?.File.Dispose();
            pack?.Cipher.Dispose();
        }
    }

    private bool Fill(SqliteConnection connection, byte[] name, byte[] sha256, Span<byte> sector)
    {
        if (VaultIndex.Find(connection, RecordKind.Sector, name) is not { } place
            || Read(place) is not { } content || content.Length != sector.Length || !SHA256.HashData(content).AsSpan().SequenceEqual(sha256))
            return false;
        content.CopyTo(sector);
        return true;
    }

    private (SafeFileHandle File, PackCipher Cipher)? PackOf(int pack)
    {
        if (_packs.TryGetValue(pack, out (SafeFileHandle File, PackCipher Cipher)? open))
            return open;
        string path = folder.PathOf(pack);
        if (!File.Exists(path) || folder.KeysOf(pack) is not { } keys)
            return _packs[pack] = null;
        SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        if (isFromDisk)
            StableStorage.DropCache(file);
        return _packs[pack] = (file, new PackCipher(keys));
    }
}

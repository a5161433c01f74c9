using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Vault;

/// <summary>Appends records to the last pack, or to a new one. What was not committed is cut off again.</summary>
internal sealed class PackWriter(PackFolder folder) : IDisposable
{
    private readonly Dictionary<int, long> _before = [];
    private readonly Dictionary<int, long> _after = [];
    private readonly List<PackPlace> _places = [];
    private readonly List<PackPlace> _replaced = [];
    private readonly MemoryStream _waiting = new();
    private PackCipher? _cipher;
    private FileStream? _stream;
    private int _pack;
    private long _offset;
    private bool _isKept;

    /// <summary>Takes only new packs; the last one is to be left alone.</summary>
    public bool StartsNewPack { get; init; }

    /// <summary>The key that names the sectors of the packs it appends to: sectors and the manifests that name them must share it.</summary>
    public byte[] AddressKey { get; init; } = folder.AddressKey();

    /// <summary>Adds a record; it is on the disk after <see cref="Sync"/>.</summary>
    public void Add(RecordKind kind, byte[] name, ReadOnlySpan<byte> content, long bytes)
    {
        if (_cipher is null || _offset + _waiting.Length + PackCipher.HeadBytes + content.Length + PackCipher.TagBytes > folder.MostPackBytes)
            NextPack();
        long at = _offset + _waiting.Length;
        byte[] record = _cipher!.Seal(kind, name, content, at);
        _waiting.Write(record);
        _places.Add(new PackPlace(kind, name, _pack, at, record.Length, bytes));
    }

    /// <summary>Returns when everything added is on the disk.</summary>
    public void Sync()
    {
        if (_stream is null || _waiting.Length == 0)
            return;
        _stream.Position = _offset;
        _stream.Write(_waiting.GetBuffer().AsSpan(0, (int)_waiting.Length));
        folder.Disk.File(_stream);
        _offset += _waiting.Length;
        _waiting.SetLength(0);
        _after[_pack] = _offset;
    }

    /// <summary>Enters what was added into the index.</summary>
    /// <param name="also">What else changes in the same commit.</param>
    public void Commit(Action<SqliteConnection>? also = null)
    {
        Sync();
        folder.Index.Write(connection =>
        {
            _replaced.AddRange(_places.Select(place => VaultIndex.Find(connection, place.Kind, place.Name)).OfType<PackPlace>());
            VaultIndex.Add(connection, _places);
            foreach ((int pack, long bytes) in _after)
                VaultIndex.Cover(connection, pack, bytes);
            also?.Invoke(connection);
        });
        _isKept = true;
    }

    /// <summary>Takes back what was committed: it did not read as it was written. Where it had stood in an older place it counts there again: that one may
    /// have been misread for a moment only.</summary>
    public void Withdraw()
    {
        folder.Index.Write(connection =>
        {
            foreach (PackPlace place in _places)
                VaultIndex.Forget(connection, place);
            VaultIndex.Add(connection, _replaced);
            foreach ((int pack, long bytes) in _before)
                VaultIndex.Cover(connection, pack, bytes);
        });
        _isKept = false;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _cipher?.Dispose();
        _waiting.Dispose();
        if (_isKept)
            return;
        foreach ((int pack, long bytes) in _before)
        {
            try
            {
                if (bytes == 0)
                    File.Delete(folder.PathOf(pack));
                else
                    folder.Cut(pack, bytes);
            }
            catch (IOException)
            {
                // The disk is in trouble already; the next store sets the tail aside.
            }
        }
    }

    private void NextPack()
    {
        Sync();
        _stream?.Dispose();
        _cipher?.Dispose();
        SortedDictionary<int, long> packs = folder.OnDisk();
        int last = packs.Count == 0 ? 0 : packs.Keys.Last();
        bool canTakeLast = last > 0 && _cipher is null && !StartsNewPack && packs[last] < folder.MostPackBytes
            && folder.KeysOf(last) is { IsSealed: false } keys && keys.AddressKey.AsSpan().SequenceEqual(AddressKey) && folder.Index.Packs().GetValueOrDefault(last) == packs[last];
        _pack = canTakeLast ? last : last + 1;
        _stream = folder.OpenPack(folder.PathOf(_pack));
        if (canTakeLast)
            _before[_pack] = _offset = packs[last];
        else
            WriteHead();
        _cipher = new PackCipher(folder.KeysOf(_pack) ?? throw VaultTrouble.ReadBack(folder.Path));
    }

    private void WriteHead()
    {
        byte[] head = [.. PackKeys.Make(AddressKey).ToSlot(folder.Key), .. new byte[PackKeys.SlotBytes]];
        _before[_pack] = 0;
        folder.ForgetKeysOf(_pack);
        _stream!.Write(head);
        folder.Disk.File(_stream);
        folder.Disk.Folder(folder.Path);
        _before[_pack] = _after[_pack] = _offset = head.Length;
    }
}

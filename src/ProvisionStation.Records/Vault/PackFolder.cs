using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;

namespace ProvisionStation.Records.Vault;

/// <summary>The packs of a vault, with the index that finds records in them. Who writes holds the vault's lock.</summary>
internal sealed class PackFolder
{
    private const string FolderName = "packs";
    private const string Ending = ".pack";
    private const int MostRemembered = 1000;
    private readonly ConcurrentDictionary<int, PackKeys> _keys = new();
    private readonly ConcurrentQueue<string> _notices = new();
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<int, long>> _stored = new();
    private readonly bool _canWrite;
    private byte[]? _firstAddressKey;

    public PackFolder(string vault, VaultKey key, VaultIndex index, bool canWrite)
    {
        (Path, Key, Index, _canWrite) = (PathIn(vault), key, index, canWrite);
        RequireKey();
    }

    public string Path { get; }

    public VaultKey Key { get; }

    public VaultIndex Index { get; }

    /// <summary>A pack takes no more where it would grow beyond this; in bytes.</summary>
    public long MostPackBytes { get; set; } = 64 << 20;

    /// <summary>Opens a pack for appending, and makes one that is not there; tests put a full disk in its place.</summary>
    public Func<string, FileStream> OpenPack { get; set; } = OpenForAppending;

    /// <summary>Waits for the disk; tests write down when.</summary>
    public DiskSync Disk { get; set; } = DiskSync.System;

    /// <summary>What was found amiss since the vault was opened, in sentences.</summary>
    public IReadOnlyList<string> Notices =>
        [.. _notices, .. Index.Damages().Select(damage => $"the vault is damaged: {damage}; run 'vault verify' to see which backups are lost")];

    public static string PathIn(string vault) => System.IO.Path.Combine(vault, FolderName);

    /// <summary>The name of a pack as people see it.</summary>
    public static string NameOf(int pack) => $"{FolderName}/{FileOf(pack)}";

    public string PathOf(int pack) => System.IO.Path.Combine(Path, FileOf(pack));

    /// <summary>Length of each pack on the disk, by number.</summary>
    public SortedDictionary<int, long> OnDisk()
    {
        SortedDictionary<int, long> packs = [];
        foreach (FileInfo file in new DirectoryInfo(Path).EnumerateFiles("*" + Ending))
        {
            if (int.TryParse(System.IO.Path.GetFileNameWithoutExtension(file.Name), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && FileOf(number) == file.Name)
                packs[number] = file.Length;
        }

        return packs;
    }

    /// <summary>The keys of a pack; null where its head is damaged.</summary>
    /// <exception cref="RecordsException">It was written under another station key.</exception>
    public PackKeys? KeysOf(int pack)
    {
        if (_keys.TryGetValue(pack, out PackKeys? known))
            return known;
        byte[] head = ReadFrom(PathOf(pack), 0, PackKeys.HeadBytes);
        byte[][] slots = [.. head.Chunk(PackKeys.SlotBytes).Where(slot => slot.Length == PackKeys.SlotBytes && PackKeys.IsWhole(slot))];
        if (slots.Length > 0 && !slots.Any(slot => PackKeys.FingerprintOf(slot) == Key.Fingerprint))
        {
            throw VaultKey.Wrong(
                $"the vault was written with the key {PackKeys.FingerprintOf(slots[0])}, but {Key.Path} holds the key {Key.Fingerprint}",
                "Put the right key in its place, or name its file with --vault-key. Without it no backup in the vault can be read.");
        }

        PackKeys? keys = slots.Select(slot => PackKeys.FromSlot(slot, Key)).FirstOrDefault(one => one is not null);
        return keys is null ? null : _keys[pack] = keys;
    }

    /// <summary>The key that names sectors: that of the packs there are, or a new one for the first.</summary>
    /// <exception cref="RecordsException">There are packs, but none whose head can be read: a second key would part them for good.</exception>
    public byte[] AddressKey()
    {
        int[] packs = [.. OnDisk().Where(pack => pack.Value > 0).Select(pack => pack.Key)];
        if (packs.Select(KeysOf).FirstOrDefault(keys => keys is not null) is { } known)
            return known.AddressKey;
        return packs.Length == 0 ? _firstAddressKey ??= RandomNumberGenerator.GetBytes(VaultKey.Bytes) : throw HeadLost(packs[0]);
    }

    public void ForgetKeysOf(int pack) => _keys.TryRemove(pack, out _);

    /// <summary>Takes up into the index what it does not know: after a crash, a power cut, or the loss of the index.</summary>
    public void Refresh()
    {
        SortedDictionary<int, long> there = OnDisk();
        IReadOnlyDictionary<int, long> known = Index.Packs();
        string[] gone = [.. known.Where(pack => !there.ContainsKey(pack.Key)).Select(pack => $"{NameOf(pack.Key)} is gone")];
        int[] lost = [.. known.Where(pack => there.TryGetValue(pack.Key, out long bytes) && bytes < pack.Value).Select(pack => pack.Key)];
        string[] shorter = [.. lost.Select(pack => $"{NameOf(pack)} is shorter than it was")];
        if (gone.Length + shorter.Length > 0)
        {
            _notices.Enqueue($"the vault has lost bytes: {string.Join(", ", gone.Concat(shorter))}; run 'vault verify' to see which backups are lost");
            Index.Write(connection => connection.Execute("DELETE FROM record; DELETE FROM damage; DELETE FROM pack"));
            known = new Dictionary<int, long>();
        }

        foreach ((int pack, long bytes) in there)
        {
            long from = known.GetValueOrDefault(pack);
            if (bytes == 0 && _canWrite)
                File.Delete(PathOf(pack));
            else if (bytes > from)
                TakeUp(pack, from, isLast: pack == there.Keys.Last(), wasLonger: lost.Contains(pack));
        }
    }

    /// <summary>Keeps in mind what an artifact that was just read from the disk needs: before every erase the guard asks whether it is there.</summary>
    public void Remember(byte[] sha256, IReadOnlyDictionary<int, long> ends)
    {
        if (_stored.Count >= MostRemembered)
            _stored.Clear();
        _stored[Convert.ToHexStringLower(sha256)] = ends;
    }

    /// <summary>Length of an artifact; null where it is not in the packs, or a pack it needs is gone or too short.</summary>
    public long? LengthOf(string sha256)
    {
        if (Index.Find(RecordKind.Manifest, Convert.FromHexString(sha256)) is not { } place || !Reaches(place.Pack, place.Offset + place.Length))
            return null;
        return place.Bytes;
    }

    /// <summary>True where every pack that the artifact needs is there, as far as it is needed. Cheap for what was stored lately.</summary>
    public bool Holds(string sha256) => _stored.TryGetValue(sha256, out IReadOnlyDictionary<int, long>? ends)
        ? ends.All(pack => Reaches(pack.Key, pack.Value))
        : LengthOf(sha256) is not null;

    /// <summary>Forgets what is known of a pack that is about to go.</summary>
    public void Forget(int pack)
    {
        ForgetKeysOf(pack);
        _stored.Clear();
    }

    private bool Reaches(int pack, long end) => new FileInfo(PathOf(pack)) is { Exists: true } file && file.Length >= end;

    /// <summary>A pack's bytes from an offset on.</summary>
    public static byte[] ReadFrom(string path, long offset, long most = long.MaxValue)
    {
        using FileStream stream = OpenForReading(path);
        byte[] bytes = new byte[Math.Max(0, Math.Min(most, stream.Length - offset))];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static FileStream OpenForReading(string path) => new(
        path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });

    private void TakeUp(int pack, long from, bool isLast, bool wasLonger)
    {
        byte[] bytes = ReadFrom(PathOf(pack), from);
        if (from == 0 && KeysOf(pack) is null)
        {
            // A crash while the pack was made; no record is written before its head is on the disk.
            if (isLast && bytes.Length <= PackKeys.HeadBytes)
                SetAside(pack, 0, bytes, wasLonger);
            else
                Enter(pack, bytes.Length, [], [new PackDamage(pack, 0, bytes.Length)]);
            return;
        }

        using PackCipher cipher = new(KeysOf(pack) ?? throw HeadLost(pack));
        int head = from == 0 ? PackKeys.HeadBytes : 0;
        PackScan scan = PackScan.Walk(pack, cipher, bytes.AsSpan(head), from + head);
        if (isLast && scan.TornAt() is { } torn)
        {
            SetAside(pack, torn, bytes.AsSpan((int)(torn - from)), wasLonger);
            Enter(pack, torn, [.. scan.Places.Where(place => place.Offset < torn)], [.. scan.Damages.Where(one => one.Offset < torn)]);
        }
        else
        {
            Enter(pack, from + bytes.Length, scan.Places, scan.Damages);
        }
    }

    private void Enter(int pack, long covered, IReadOnlyList<PackPlace> places, IReadOnlyList<PackDamage> damages)
    {
        Index.Write(connection =>
        {
            VaultIndex.Add(connection, places);
            foreach (PackDamage damage in damages)
                connection.Execute("INSERT OR REPLACE INTO damage (pack, offset, length) VALUES (@Pack, @Offset, @Length)", damage);
            VaultIndex.Cover(connection, pack, covered);
        });
    }

    /// <summary>Moves a torn tail out of the way, so that the pack can be appended to. Nothing is thrown away: it lies beside the pack until
    /// <c>vault gc</c>.</summary>
    private void SetAside(int pack, long offset, ReadOnlySpan<byte> tail, bool wasLonger)
    {
        if (!_canWrite)
            return;
        string aside = $"{PathOf(pack)}.torn-{offset}";
        StableStorage.WriteWhole(aside, tail, StableStorage.CreatePrivate, Disk);
        if (offset == 0)
        {
            File.Delete(PathOf(pack));
            Disk.Folder(Path);
        }
        else
        {
            Cut(pack, offset);
        }

        _notices.Enqueue(wasLonger
            ? $"{NameOf(pack)} has lost its end, which was whole before: the {tail.Length} bytes that are left of a record were set aside as {aside}"
            : $"a store into the vault was cut off by a crash: {tail.Length} bytes at the end of {NameOf(pack)} that no backup is made of were set aside as {aside}");
    }

    /// <summary>Cuts a pack back to a length.</summary>
    public void Cut(int pack, long length)
    {
        using FileStream stream = new(PathOf(pack), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.SetLength(length);
        Disk.File(stream);
    }

    /// <summary>Every pack must open with the key before any unit is touched. Who only reads is told, and may read what the other packs hold.</summary>
    private void RequireKey()
    {
        SortedDictionary<int, long> packs = OnDisk();
        foreach ((int pack, long bytes) in packs)
        {
            // A crash while the last one was made is put in order by Refresh.
            if (KeysOf(pack) is not null || (bytes <= PackKeys.HeadBytes && pack == packs.Keys.Last()))
                continue;
            RecordsException lost = HeadLost(pack);
            if (_canWrite)
                throw lost;
            _notices.Enqueue($"{lost.Message}; nothing in it can be read. {lost.Remedy}");
        }
    }

    private RecordsException HeadLost(int pack) => new(
        "record-lost",
        $"the head of {PathOf(pack)} is damaged",
        "Put the file back from a copy of the data folder, then run 'vault verify'. Where there is no copy, move the file out of the folder: 'vault verify' names the backups that are lost with it.");

    private static string FileOf(int pack) => pack.ToString("000000", CultureInfo.InvariantCulture) + Ending;

    private static FileStream OpenForAppending(string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}

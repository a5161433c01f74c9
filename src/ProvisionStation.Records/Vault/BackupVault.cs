using ProvisionStation.Records.Journal;
using static ProvisionStation.Records.Vault.VaultTrouble;

namespace ProvisionStation.Records.Vault;

/// <summary>Backups and other artifacts by SHA-256, encrypted at rest: 4 KiB sectors that many backups share, in append-only packs, and a manifest
/// for each artifact. What is inside the folder is described in docs/vault.md; export and verify are the way in.</summary>
/// <remarks>A store returns after its sectors and then its manifest were synced, the index was committed, and the whole was put together again
/// from what the disk holds, with the same hash. Files are 0600, folders 0700. Safe for many callers at once.</remarks>
public sealed class BackupVault
{
    private const string FolderName = "vault";

    /// <summary>What the journal and the system need beside the vault, in bytes.</summary>
    private const long Reserve = 16L << 20;

    private readonly string _folder;
    private readonly PackFolder? _packs;
    private readonly PlainFiles _plain;

    private BackupVault(string folder, PackFolder? packs, bool isFirstUse)
    {
        (_folder, _packs, IsFirstUse) = (folder, packs, isFirstUse);
        _plain = new PlainFiles(folder);
    }

    /// <summary>The packs; tests put full disks and small packs in.</summary>
    internal PackFolder Packs => _packs ?? throw new RecordsException(
        "record-lost", $"the vault {_folder} has no packs", "Start the station once on this data folder.");

    /// <summary>Free bytes on the disk of a folder; tests put a small disk in its place.</summary>
    internal Func<string, long> FreeBytes { get; set; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>The clock of the wait for another program's store.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>The station key; null where the vault holds only plain files of the older form.</summary>
    public VaultKey? Key => _packs?.Key;

    /// <summary>True until something was stored with the key: now is the time to copy it.</summary>
    public bool IsFirstUse { get; }

    /// <summary>What was found amiss when the vault was opened, in sentences, for people: torn tails set aside, damage, lost packs.</summary>
    public IReadOnlyList<string> Notices => _packs?.Notices ?? [];

    /// <summary>Opens or creates the vault of a station with the key in its data folder; see <see cref="Open(string, string, long)"/>.</summary>
    public static BackupVault Open(string dataFolder) => Open(dataFolder, null);

    /// <summary>Opens or creates the vault of a station, makes its key where it is new, and takes away what a crash left half-written.
    /// Commands beside a running station only read.</summary>
    /// <param name="dataFolder">The station's data folder.</param>
    /// <param name="keyFile">Where the station key is kept; null: in the data folder. A systemd credential <c>vault-key</c> wins over both.</param>
    /// <param name="named">How many artifacts the journal names; 0 where nobody asked. A vault that is named must not be a new one.</param>
    /// <exception cref="RecordsException">The folder cannot be written, or is empty though artifacts are named; the key is missing, wrong or open to
    /// others; the head of a pack is damaged.</exception>
    public static BackupVault Open(string dataFolder, string? keyFile, long named = 0)
    {
        string data = Path.GetFullPath(dataFolder), folder = Path.Combine(data, FolderName), packs = PackFolder.PathIn(folder);
        return Attempt(
            () =>
            {
                if (named > 0 && IsEmpty(folder, packs))
                    throw Gone(folder, named);
                StableStorage.CreatePrivateFolder(folder);
                StableStorage.CreatePrivateFolder(packs);
                StableStorage.SyncFolder(data);
                StableStorage.SyncFolder(folder);
                RemoveLeftovers(folder);
                string probe = Path.Combine(packs, $".{Path.GetRandomFileName()}{StableStorage.TemporaryEnding}");
                StableStorage.CreatePrivate(probe).Dispose();
                File.Delete(probe);
                bool isFirstUse = Directory.GetFiles(packs).Length == 0;
                VaultKey key = KeyFor(data, keyFile, isFirstUse);
                // Whoever is storing right now takes up what there is.
                using FileStream? held = VaultLock.TryTake(folder);
                PackFolder opened = new(folder, key, VaultIndex.OpenFile(folder), canWrite: true);
                if (held is not null)
                    opened.Refresh();
                return new BackupVault(folder, opened, isFirstUse);
            },
            $"the vault {folder} cannot be written");
    }

    /// <summary>Opens the vault in a data folder for reading only; nothing in it is changed.</summary>
    /// <exception cref="RecordsException">There is none.</exception>
    public static BackupVault OpenForReading(string dataFolder) => OpenForReading(dataFolder, null);

    /// <summary>Opens the vault in a data folder for reading only; nothing in it is changed.</summary>
    /// <param name="dataFolder">The station's data folder.</param>
    /// <param name="keyFile">Where the station key is kept; null: in the data folder. A systemd credential <c>vault-key</c> wins over both.</param>
    /// <exception cref="RecordsException">There is none; or its key is missing, wrong or open to others.</exception>
    public static BackupVault OpenForReading(string dataFolder, string? keyFile)
    {
        string data = Path.GetFullPath(dataFolder), folder = Path.Combine(data, FolderName), packs = PackFolder.PathIn(folder);
        if (!Directory.Exists(folder))
            throw new RecordsException("record-lost", $"there is no vault in {dataFolder}", "Name the station's data folder with --data.") { IsWrongUse = true };
        if (!Directory.Exists(packs) || Directory.GetFiles(packs).Length == 0)
            return new BackupVault(folder, null, isFirstUse: false);
        return Attempt(
            () =>
            {
                (string Path, bool IsCredential) place = VaultKey.PlaceOf(data, keyFile);
                VaultKey key = VaultKey.Find(place) ?? throw VaultKey.Missing(place.Path);
                PackFolder opened = new(folder, key, VaultIndex.OpenCopy(folder), canWrite: false);
                opened.Refresh();
                return new BackupVault(folder, opened, isFirstUse: false);
            },
            $"the vault {folder} cannot be read");
    }

    /// <summary>Makes sure that so many bytes fit, before any unit is powered.</summary>
    /// <exception cref="RecordsException"><c>vault-full</c>, with how much is free and how much is needed.</exception>
    public void RequireRoom(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        long free = Attempt(() => FreeBytes(_folder), $"the free space of the vault {_folder} cannot be told");
        // The worst case, where nothing shrinks and nothing is shared: heads, tags, manifest and index come to less than a sixteenth.
        long stored = bytes > long.MaxValue / 2 ? bytes : bytes + (bytes / 16);
        long needed = stored > long.MaxValue - Reserve ? long.MaxValue : stored + Reserve;
        if (free < needed)
            throw Full($"the vault's disk has {free >> 20} MiB free, {needed >> 20} MiB are needed in {_folder}", null);
    }

    /// <summary>Stores bytes durably and puts them together again from what the disk holds.</summary>
    /// <remarks>What is there already is read and checked, not trusted; what is damaged is stored again, for every backup that shares it.</remarks>
    /// <returns>Their SHA-256, lower-case hex.</returns>
    /// <exception cref="RecordsException"><c>vault-full</c> or <c>record-lost</c>; nothing half-written is taken for a backup.</exception>
    public async Task<string> StoreAsync(ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        Manifest manifest = await Task.Run(() => Manifest.Of(content.Span), cancel);
        string what = $"{content.Length >> 10} KiB could not be stored in the vault {_folder}";
        using FileStream held = await AttemptAsync(() => VaultLock.TakeAsync(_folder, Clock, cancel), what);
        return await Task.Run(() => Attempt(() => VaultStore.Store(Packs, _plain, manifest, content.Span), what), CancellationToken.None);
    }

    /// <summary>True where the vault holds something with this hash. Its bytes are not looked at.</summary>
    public bool Holds(string sha256)
    {
        if (!PlainFiles.IsHash(sha256))
            return false;
        string name = Normal(sha256);
        return Attempt(() => _plain.Holds(name) || _packs?.Holds(name) == true, CannotRead);
    }

    /// <summary>Reads and checks.</summary>
    /// <exception cref="RecordsException">Not there, or not as it was.</exception>
    public Task<byte[]> ReadAsync(string sha256, CancellationToken cancel) => Task.Run(() => Read(sha256), cancel);

    /// <summary>Writes what the vault holds to a file, bit-exactly: all of it or nothing. A file that is there is replaced.</summary>
    /// <param name="sha256">Its hash.</param>
    /// <param name="path">Where to; its folder must exist. Readable for its owner only: a backup holds the passwords of the unit's former life.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <exception cref="RecordsException">Not there, damaged, or the file cannot be written.</exception>
    public Task ExportAsync(string sha256, string path, CancellationToken cancel) => Task.Run(
        () =>
        {
            byte[] content = Read(sha256);
            Attempt(
                () =>
                {
                    StableStorage.WriteWhole(path, content, StableStorage.CreatePrivate);
                    return true;
                },
                $"{path} cannot be written");
        },
        cancel);

    /// <summary>Puts every artifact together and checks it against its name. Damaged bytes in packs, and files of the older form whose names are no
    /// hash or that lie in a wrong folder, count as damaged.</summary>
    public Task<VaultCheck> VerifyAsync(CancellationToken cancel) => Task.Run(() => Attempt(() => VaultAudit.Verify(_folder, _packs, _plain, cancel), CannotRead), cancel);

    /// <summary>The same, and what runs have named against what there is: one that is gone shows too.</summary>
    /// <param name="named">From the journal, read before: what a run stores in the meantime is unnamed, not lost.</param>
    /// <param name="cancel">Ends the work.</param>
    public Task<VaultCheck> VerifyAsync(IReadOnlyList<KeptArtifact> named, CancellationToken cancel) => Task.Run(
        () => Attempt(() => VaultAudit.Verify(_folder, _packs, _plain, cancel), CannotRead).Against(named, LengthOf), cancel);

    /// <summary>What the vault holds and what it costs.</summary>
    public Task<VaultStats> StatsAsync(CancellationToken cancel) => Task.Run(
        () => Attempt(() => VaultAudit.Stats(_folder, _packs, _plain), CannotRead), cancel);

    /// <summary>Finds, and removes unless it is a dry run, what no record names. Only with the station's lock: what a running station has stored
    /// and not yet named would be taken for rubbish.</summary>
    /// <param name="named">Every hash that a record names; read under the station's lock: <see cref="RunJournal.NamedArtifactsAsync"/>.</param>
    /// <param name="isDryRun">True: only looks.</param>
    /// <param name="cancel">Ends the work between two packs.</param>
    /// <exception cref="RecordsException">Something that is named cannot be read; nothing that depends on it was removed.</exception>
    public async Task<VaultGarbage> CollectAsync(IReadOnlySet<string> named, bool isDryRun, CancellationToken cancel)
    {
        HashSet<string> names = [.. named.Select(Normal)];
        string what = $"the vault {_folder} could not be tidied up";
        using FileStream held = await AttemptAsync(() => VaultLock.TakeAsync(_folder, Clock, cancel), what);
        return await Task.Run(() => Attempt(() => VaultMaintenance.Collect(Packs, names, isDryRun, cancel), what), CancellationToken.None);
    }

    /// <summary>Changes the station key: every pack's data key is wrapped anew, and new packs are begun. Only with the station's lock. Where it is
    /// interrupted, the old key still opens everything; again finishes it.</summary>
    /// <param name="newKeyFile">Where the new key is or is to be; null: in the old one's place.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <exception cref="RecordsException">The old key is a systemd credential and no place is named; or the disk does not take it.</exception>
    public async Task<KeyChange> RotateKeyAsync(string? newKeyFile, CancellationToken cancel)
    {
        string what = $"the key of the vault {_folder} could not be changed";
        using FileStream held = await AttemptAsync(() => VaultLock.TakeAsync(_folder, Clock, cancel), what);
        return await Task.Run(() => Attempt(() => Rotate(newKeyFile), what), CancellationToken.None);
    }

    private KeyChange Rotate(string? newKeyFile)
    {
        VaultKey old = Packs.Key;
        if (newKeyFile is null && old.IsCredential)
        {
            throw VaultKey.Wrong(
                $"the key comes from the systemd credential {old.Path}, which the station cannot replace",
                "Name a file for the new key with --new-key, and make it the credential afterwards.");
        }

        string place = newKeyFile is null ? old.Path : Path.GetFullPath(newKeyFile);
        string waiting = newKeyFile is null ? old.Path + ".new" : place;
        VaultKey fresh = VaultKey.Find((waiting, false)) ?? VaultKey.Make(waiting, Packs.Disk);
        if (fresh.Fingerprint == old.Fingerprint)
            throw VaultKey.Wrong($"{waiting} holds the key that the vault has already", "Name another file with --new-key.");
        return VaultMaintenance.Rotate(
            Packs,
            fresh,
            () =>
            {
                if (waiting == place)
                    return;
                File.Move(waiting, place, overwrite: true);
                Packs.Disk.Folder(Path.GetDirectoryName(place)!);
            }) with
        { KeyPath = place };
    }

    private byte[] Read(string sha256)
    {
        if (!Holds(sha256))
        {
            throw new RecordsException(
                "record-lost", $"the vault holds no {CleanText.Of(sha256)}", "Where 'runs show' names it, the pack it was in is gone: put the vault back from a copy; 'vault verify' lists all that is lost. Otherwise check the hash and --data.");
        }

        string name = Normal(sha256);
        return Attempt(() => RebuildOf(name) ?? _plain.Read(name), $"{sha256} in the vault cannot be read") ?? throw new RecordsException(
            "record-lost",
            $"{sha256} in the vault is damaged: its bytes no longer hash to its name",
            "Bring it back from a copy of the data folder, then run 'vault verify'.");
    }

    private byte[]? RebuildOf(string name)
    {
        if (_packs is null)
            return null;
        using PackReader reader = new(_packs);
        return reader.Rebuild(Convert.FromHexString(name));
    }

    /// <summary>Length of an artifact in bytes; null where there is none.</summary>
    private long? LengthOf(string sha256)
    {
        if (!PlainFiles.IsHash(sha256))
            return null;
        string name = Normal(sha256);
        return Attempt(
            () => _packs?.LengthOf(name) ?? _plain.LengthOf(name),
            CannotRead);
    }

    private string CannotRead => $"the vault {_folder} cannot be read";

    private static bool IsEmpty(string folder, string packs) =>
        (!Directory.Exists(packs) || Directory.GetFiles(packs).Length == 0) && (!Directory.Exists(folder) || !new PlainFiles(folder).All().Any());

    private static VaultKey KeyFor(string data, string? keyFile, bool isFirstUse)
    {
        (string Path, bool IsCredential) place = VaultKey.PlaceOf(data, keyFile);
        if (VaultKey.Find(place) is { } key)
            return key;
        if (!isFirstUse)
            throw VaultKey.Missing(place.Path);
        return Directory.Exists(Path.GetDirectoryName(place.Path))
            ? VaultKey.Make(place.Path, DiskSync.System)
            : throw VaultKey.Wrong($"there is no folder for the vault key {place.Path}", "Make it first, or name another file with --vault-key.");
    }

    private static string Normal(string sha256) => sha256.ToLowerInvariant();

    /// <summary>A temporary file that can be had alone belongs to nobody: a store in progress holds its own.</summary>
    private static void RemoveLeftovers(string folder)
    {
        foreach (string path in Directory.GetFiles(folder, ".*" + StableStorage.TemporaryEnding, SearchOption.AllDirectories))
        {
            try
            {
                using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
                {
                }
            }
            catch (IOException)
            {
                // Held by another program, or renamed by it since.
                continue;
            }

            File.Delete(path);
        }
    }
}

using System.Security.Cryptography;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Vault;

/// <summary>Backups and other artifacts by SHA-256. What is inside the folder is private: export and verify are the way in.</summary>
/// <remarks>Writes go to a temporary file, are synced, renamed, the folder is synced, and the file is read back from disk with the same hash
/// before a store returns. Files are 0600, folders 0700. Not encrypted yet.</remarks>
public sealed class BackupVault
{
    private const string FolderName = "vault";
    private const int HashDigits = 64;

    /// <summary>What the journal and the system need beside the vault, in bytes.</summary>
    private const long Reserve = 16L << 20;

    private readonly string _folder;

    private BackupVault(string folder) => _folder = folder;

    /// <summary>Opens the temporary file of a store; tests put a full disk in its place.</summary>
    internal Func<string, FileStream> CreateTemporary { get; set; } = StableStorage.CreatePrivate;

    /// <summary>Waits for the disk; tests write down when.</summary>
    internal DiskSync Disk { get; set; } = DiskSync.System;

    /// <summary>Free bytes on the disk of a folder; tests put a small disk in its place.</summary>
    internal Func<string, long> FreeBytes { get; set; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Opens or creates the vault of a station, and removes what a crash left half-written. Commands beside a running station only
    /// read.</summary>
    /// <exception cref="RecordsException">The folder cannot be written.</exception>
    public static BackupVault Open(string dataFolder)
    {
        string folder = Path.Combine(Path.GetFullPath(dataFolder), FolderName);
        try
        {
            StableStorage.CreatePrivateFolder(folder);
            StableStorage.SyncFolder(Path.GetDirectoryName(folder)!);
            RemoveLeftovers(folder);
            string probe = Path.Combine(folder, $".{Path.GetRandomFileName()}{StableStorage.TemporaryEnding}");
            StableStorage.CreatePrivate(probe).Dispose();
            File.Delete(probe);
            return new BackupVault(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite($"the vault {folder} cannot be written", e);
        }
    }

    /// <summary>Opens the vault in a data folder for reading only; nothing in it is changed.</summary>
    /// <exception cref="RecordsException">There is none.</exception>
    public static BackupVault OpenForReading(string dataFolder)
    {
        string folder = Path.Combine(Path.GetFullPath(dataFolder), FolderName);
        return Directory.Exists(folder)
            ? new BackupVault(folder)
            : throw new RecordsException("record-lost", $"there is no vault in {dataFolder}", "Name the station's data folder with --data.") { IsWrongUse = true };
    }

    /// <summary>Makes sure that so many bytes fit, before any unit is powered.</summary>
    /// <exception cref="RecordsException"><c>vault-full</c>, with how much is free and how much is needed.</exception>
    public void RequireRoom(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        long free = Attempt(() => FreeBytes(_folder), $"the free space of the vault {_folder} cannot be told");
        long needed = bytes > long.MaxValue - Reserve ? long.MaxValue : bytes + Reserve;
        if (free < needed)
            throw Full($"the vault's disk has {free >> 20} MiB free, {needed >> 20} MiB are needed in {_folder}", null);
    }

    /// <summary>Stores bytes durably and reads them back from disk.</summary>
    /// <remarks>What is there already is read and checked, not trusted; a damaged file is replaced.</remarks>
    /// <returns>Their SHA-256, lower-case hex.</returns>
    /// <exception cref="RecordsException"><c>vault-full</c> or <c>record-lost</c>; nothing half-written stays under a final name.</exception>
    public Task<string> StoreAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => Task.Run(() => Store(content.Span), cancel);

    /// <summary>True where the vault holds a file with this hash. Its bytes are not looked at.</summary>
    public bool Holds(string sha256) => IsHash(sha256) && File.Exists(PathOf(sha256));

    /// <summary>Reads and checks.</summary>
    /// <exception cref="RecordsException">Not there, or its bytes no longer hash to its name.</exception>
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

    /// <summary>Checks every file against its name. Names that are no hash, and files in a wrong folder, count as damaged.</summary>
    public Task<VaultCheck> VerifyAsync(CancellationToken cancel) => Task.Run(() => Verify(cancel), cancel);

    /// <summary>Checks every file against its name, and what runs have named against the files: one that is gone shows too.</summary>
    /// <param name="named">From the journal, read before: what a run stores in the meantime is unnamed, not lost.</param>
    /// <param name="cancel">Ends the work.</param>
    public Task<VaultCheck> VerifyAsync(IReadOnlyList<KeptArtifact> named, CancellationToken cancel) => Task.Run(
        () =>
        {
            VaultCheck check = Verify(cancel);
            List<VaultLoss> losses = [];
            foreach (KeptArtifact one in named)
            {
                long? bytes = LengthOf(one.Artifact.Sha256);
                if (bytes != one.Artifact.Bytes)
                    losses.Add(new VaultLoss(one, bytes));
            }

            HashSet<string> damaged = [.. check.Damaged];
            Dictionary<string, int> kinds = named.Where(one => LengthOf(one.Artifact.Sha256) is not null && !damaged.Contains(Normal(one.Artifact.Sha256)))
                .GroupBy(one => one.Artifact.Kind)
                .ToDictionary(kind => kind.Key, kind => kind.DistinctBy(one => Normal(one.Artifact.Sha256)).Count());
            int whole = check.Files - check.Damaged.Count;
            int known = named.Select(one => Normal(one.Artifact.Sha256)).Distinct().Count(name => LengthOf(name) is not null && !damaged.Contains(name));
            return check with { Kinds = kinds, Unnamed = Math.Max(0, whole - known), Losses = losses };
        },
        cancel);

    /// <summary>Length of a file in bytes; null where there is none.</summary>
    private long? LengthOf(string sha256) => IsHash(sha256) && new FileInfo(PathOf(sha256)) is { Exists: true } file ? file.Length : null;

    private string Store(ReadOnlySpan<byte> content)
    {
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        string path = PathOf(sha256);
        try
        {
            StableStorage.CreatePrivateFolder(Path.GetDirectoryName(path)!);
            Disk.Folder(_folder);
            if (File.Exists(path) && HashFromDisk(path) == sha256)
            {
                Disk.Folder(Path.GetDirectoryName(path)!);
                return sha256;
            }

            StableStorage.WriteWhole(path, content, CreateTemporary, Disk);
            if (HashFromDisk(path) == sha256)
                return sha256;
            File.Delete(path);
        }
        catch (IOException e) when (StableStorage.IsFull(e))
        {
            throw Full($"the disk of the vault {_folder} is full: {content.Length >> 10} KiB could not be stored", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite($"{content.Length >> 10} KiB could not be stored in the vault {_folder}", e);
        }

        throw new RecordsException(
            "record-lost",
            $"what was stored in the vault {_folder} read back from disk differently",
            "Replace the station's disk before any unit is touched.");
    }

    private byte[] Read(string sha256)
    {
        if (!Holds(sha256))
        {
            throw new RecordsException(
                "record-lost", $"the vault holds no {CleanText.Of(sha256)}", "Look up the hash with 'runs', and check --data.");
        }

        byte[] content = Attempt(() => File.ReadAllBytes(PathOf(sha256)), $"{sha256} in the vault cannot be read");
        return Convert.ToHexStringLower(SHA256.HashData(content)) == Normal(sha256)
            ? content
            : throw new RecordsException(
                "record-lost",
                $"{sha256} in the vault is damaged: its bytes no longer hash to its name",
                "Bring it back from a copy of the data folder, then run 'vault verify'.");
    }

    private VaultCheck Verify(CancellationToken cancel)
    {
        int files = 0;
        long bytes = 0;
        List<string> damaged = [];
        string[] paths = Attempt(() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories), $"the vault {_folder} cannot be read");
        foreach (string path in paths.Order(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            string name = Path.GetFileName(path);
            if (IsTemporary(name))
                continue;
            files++;
            bytes += Attempt(() => new FileInfo(path).Length, $"{path} cannot be read");
            bool isInPlace = IsHash(name) && PathOf(name) == path;
            if (!isInPlace || Attempt(() => HashFromDisk(path), $"{path} cannot be read") != name)
                damaged.Add(isInPlace ? name : Path.GetRelativePath(_folder, path));
        }

        return new VaultCheck(files, bytes, damaged);
    }

    private string PathOf(string sha256)
    {
        string name = Normal(sha256);
        return Path.Combine(_folder, name[..2], name);
    }

    private static string Normal(string sha256) => sha256.ToLowerInvariant();

    private static bool IsHash(string text) => text.Length == HashDigits && text.All(char.IsAsciiHexDigit);

    private static bool IsTemporary(string name) => name.StartsWith('.') && name.EndsWith(StableStorage.TemporaryEnding, StringComparison.Ordinal);

    private static string HashFromDisk(string path)
    {
        using FileStream stream = new(path, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        StableStorage.DropCache(stream.SafeFileHandle);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

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
                // Held by a store of another program, or renamed by it since.
                continue;
            }

            File.Delete(path);
        }
    }

    private static T Attempt<T>(Func<T> work, string what)
    {
        try
        {
            return work();
        }
        catch (IOException e) when (StableStorage.IsFull(e))
        {
            throw Full($"{what}: the disk is full", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw CannotWrite(what, e);
        }
    }

    private static RecordsException Full(string what, Exception? inner) =>
        new("vault-full", what, "Free space on the disk, or name another folder with --data, then start again.", inner);

    private static RecordsException CannotWrite(string what, Exception e) =>
        new("record-lost", $"{what}: {e.Message}", "Check that the folder exists, its permissions, and that the disk is mounted writable.", e);
}

using System.Security.Cryptography;

namespace ProvisionStation.Records.Vault;

/// <summary>What vaults before packs hold: one plain file per hash, in a folder of its first two digits. Read, verified and kept; never written,
/// changed or removed.</summary>
internal sealed class PlainFiles(string vault)
{
    private const int HashDigits = 64;

    public static bool IsHash(string text) => text.Length == HashDigits && text.All(char.IsAsciiHexDigit);

    public string PathOf(string sha256) => Path.Combine(vault, sha256[..2], sha256);

    public bool Holds(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>Length in bytes; null where there is none.</summary>
    public long? LengthOf(string sha256) => new FileInfo(PathOf(sha256)) is { Exists: true } file ? file.Length : null;

    /// <summary>Its bytes; null where it is missing or no longer hashes to its name.</summary>
    public byte[]? Read(string sha256) =>
        Holds(sha256) && File.ReadAllBytes(PathOf(sha256)) is var content && Convert.ToHexStringLower(SHA256.HashData(content)) == sha256 ? content : null;

    /// <summary>True where the bytes on the disk, not the system's copy of them, hash to the name.</summary>
    public bool IsWholeOnDisk(string sha256)
    {
        if (!Holds(sha256))
            return false;
        using FileStream stream = PackFolder.OpenForReading(PathOf(sha256));
        StableStorage.DropCache(stream.SafeFileHandle);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == sha256;
    }

    /// <summary>Every file in the folders, in order: path, and the hash it is named by where it lies in its place.</summary>
    public IEnumerable<(string Path, string? Sha256)> All()
    {
        foreach (string folder in Directory.GetDirectories(vault).Order(StringComparer.Ordinal).Where(folder => folder != PackFolder.PathIn(vault)))
        {
            foreach (string path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileName(path);
                if (!IsTemporary(name))
                    yield return (path, IsHash(name) && PathOf(name) == path ? name : null);
            }
        }
    }

    private static bool IsTemporary(string name) => name.StartsWith('.') && name.EndsWith(StableStorage.TemporaryEnding, StringComparison.Ordinal);
}

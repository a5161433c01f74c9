using System.Security.Cryptography;
using System.Text;

namespace ProvisionStation.Records.Vault;

/// <summary>The station key: 32 random bytes in a file of their own, as 64 hex digits or raw. Whoever has it can read every backup; nobody else
/// can, and nothing brings it back.</summary>
public sealed class VaultKey
{
    /// <summary>Its name in the data folder, where no other place is named.</summary>
    public const string FileName = "vault.key";

    /// <summary>Its name among systemd's credentials, which win over every other place.</summary>
    public const string CredentialName = "vault-key";

    internal const int Bytes = 32;
    private const int LongestFile = 256;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private VaultKey(byte[] secret, string path, bool isCredential) => (Secret, Path, IsCredential) = (secret, path, isCredential);

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>True where systemd hands it over: the station cannot replace it there.</summary>
    public bool IsCredential { get; }

    /// <summary>The first 8 hex digits of its SHA-256: tells keys apart and gives nothing away.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Secret))[..8];

    internal byte[] Secret { get; }

    /// <summary>Where the key of a data folder is kept.</summary>
    internal static (string Path, bool IsCredential) PlaceOf(string dataFolder, string? keyFile)
    {
        if (Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } credentials
            && System.IO.Path.Combine(credentials, CredentialName) is var credential && File.Exists(credential))
            return (credential, true);
        return (System.IO.Path.GetFullPath(keyFile ?? System.IO.Path.Combine(dataFolder, FileName)), false);
    }

    /// <summary>Reads a key; null where there is no file.</summary>
    /// <exception cref="RecordsException">Others may read the file, or it holds no key.</exception>
    internal static VaultKey? Find((string Path, bool IsCredential) place)
    {
        (string path, bool isCredential) = place;
        if (Directory.Exists(path))
            throw Wrong($"{path} is a folder, and the vault key is a file", $"Name the file with --vault-key, for example {System.IO.Path.Combine(path, FileName)}.");
        if (!File.Exists(path))
            return null;
        // systemd guards its credentials itself, and shows an access list as rights of the group.
        if (!isCredential && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            throw Wrong($"others may read the vault key {path}", $"Run: chmod 600 {path}");
        FileInfo file = new(path);
        byte[] content = file.Length is > 0 and <= LongestFile ? File.ReadAllBytes(path) : [];
        return SecretOf(content) is { } secret
            ? new VaultKey(secret, path, isCredential)
            : throw Wrong(
                $"{path} holds no vault key: 64 hex digits or 32 bytes are expected, it has {file.Length} bytes",
                "Bring the key back from its copy, or name its file with --vault-key.");
    }

    /// <summary>Makes a new key where there is no file.</summary>
    /// <exception cref="IOException">It could not be written durably.</exception>
    internal static VaultKey Make(string path, DiskSync disk)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(Bytes);
        StableStorage.WriteWhole(path, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret) + "\n"), StableStorage.CreatePrivate, disk);
        return new VaultKey(secret, path, isCredential: false);
    }

    /// <summary>The key's file is not there, though the vault was written with one.</summary>
    internal static RecordsException Missing(string path) => Wrong(
        $"the vault key {path} is missing, and without it no backup in the vault can be read",
        "Bring it back from its copy, or name its file with --vault-key. Do not make a new one: it opens nothing.");

    internal static RecordsException Wrong(string what, string remedy) => new("record-lost", what, remedy) { IsWrongUse = true };

    private static byte[]? SecretOf(byte[] content)
    {
        if (content.Length == Bytes)
            return content;
        string text = Encoding.ASCII.GetString(content).Trim();
        return text.Length == 2 * Bytes && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : null;
    }
}

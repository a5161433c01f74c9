namespace ProvisionStation.Records.Vault;

/// <summary>What a vault holds and what it costs.</summary>
/// <param name="Files">Backups and other artifacts, each once.</param>
/// <param name="Bytes">What they are long, in bytes.</param>
/// <param name="StoredBytes">What they take on the disk, in bytes: packs, index, and plain files of an older form.</param>
/// <param name="Packs">How many packs.</param>
/// <param name="PlainFiles">How many of the files are kept in the older form, plain.</param>
/// <param name="KeyFingerprint">The first 8 hex digits of the SHA-256 of the station key; null where nothing was written with one yet.</param>
/// <param name="KeyPath">Where the key is kept; null likewise.</param>
public sealed record VaultStats(int Files, long Bytes, long StoredBytes, int Packs, int PlainFiles, string? KeyFingerprint, string? KeyPath)
{
    /// <summary>How many bytes of artifacts go into one byte on the disk; 0 where nothing is stored.</summary>
    public double Ratio => StoredBytes == 0 ? 0 : (double)Bytes / StoredBytes;
}

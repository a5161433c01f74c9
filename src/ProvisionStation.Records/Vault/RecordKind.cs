namespace ProvisionStation.Records.Vault;

/// <summary>What a record of a pack is.</summary>
internal enum RecordKind
{
    /// <summary>4 KiB of an artifact, or less at its end. Its name is HMAC-SHA-256 of the SHA-256 of its bytes, under the vault's address key: a
    /// plain hash of a sector that holds a password would let anybody try passwords.</summary>
    Sector = 1,

    /// <summary>Which sectors an artifact is made of. Its name is the SHA-256 of the artifact, which the journal shows anyway.</summary>
    Manifest = 2,
}

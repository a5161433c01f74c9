namespace ProvisionStation.Records.Vault;

/// <summary>That the station key was changed.</summary>
/// <param name="OldFingerprint">The first 8 hex digits of the SHA-256 of the key that opens nothing any more.</param>
/// <param name="NewFingerprint">The same of the key that opens the vault now.</param>
/// <param name="KeyPath">Where the new key is kept.</param>
/// <param name="Packs">How many packs it was given to.</param>
public sealed record KeyChange(string OldFingerprint, string NewFingerprint, string KeyPath, int Packs);

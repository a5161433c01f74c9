namespace ProvisionStation.Records.Vault;

/// <summary>What a check of the whole vault found.</summary>
/// <param name="Files">How many were checked.</param>
/// <param name="Bytes">How many bytes they hold.</param>
/// <param name="Damaged">Names whose bytes do not hash to them.</param>
public sealed record VaultCheck(int Files, long Bytes, IReadOnlyList<string> Damaged);

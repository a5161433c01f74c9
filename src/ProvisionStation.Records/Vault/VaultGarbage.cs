namespace ProvisionStation.Records.Vault;

/// <summary>What a collection found that no record names.</summary>
/// <param name="Artifacts">SHA-256 of each artifact that no run names.</param>
/// <param name="Bytes">What would be or was freed on the disk.</param>
/// <param name="Packs">Packs that would be or were written anew without it.</param>
/// <param name="Kept">Artifacts that records name, and that stay.</param>
public sealed record VaultGarbage(IReadOnlyList<string> Artifacts, long Bytes, int Packs, int Kept);

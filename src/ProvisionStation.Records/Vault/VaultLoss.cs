using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Vault;

/// <summary>Something that the journal names and the vault does not hold as it was.</summary>
/// <param name="Artifact">What it was, and whose.</param>
/// <param name="Bytes">The length of what is there; null: nothing is.</param>
public sealed record VaultLoss(KeptArtifact Artifact, long? Bytes);

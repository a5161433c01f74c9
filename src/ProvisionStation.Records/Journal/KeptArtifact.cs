namespace ProvisionStation.Records.Journal;

/// <summary>Something the vault must hold, and whose it is.</summary>
/// <param name="Run">The run that put it there.</param>
/// <param name="Mac">Its unit's MAC; null where it was not readable.</param>
/// <param name="StartedAt">When the run began, UTC.</param>
/// <param name="Artifact">Kind, hash and length.</param>
public sealed record KeptArtifact(Guid Run, string? Mac, DateTimeOffset StartedAt, Artifact Artifact);

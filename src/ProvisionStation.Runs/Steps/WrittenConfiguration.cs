using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Runs.Steps;

/// <summary>The configuration a run wrote.</summary>
/// <param name="Config">Its fields; holds secrets, never logged.</param>
/// <param name="Sector">The whole sector as written.</param>
public sealed record WrittenConfiguration(ObkConfig Config, byte[] Sector);

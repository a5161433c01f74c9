using ProvisionStation.Records;

namespace ProvisionStation.Runs.Channels;

/// <summary>A closed run, and what its channel must know to recognise the unit again.</summary>
/// <param name="Record">The run as read back from the journal.</param>
/// <param name="RfHashes">SHA-256 of every RF sector seen on the unit; empty where it was never identified.</param>
/// <param name="MustStayOff">True where power was cut for too much current: off until a person has looked.</param>
internal sealed record RunResult(RunRecord Record, IReadOnlySet<string> RfHashes, bool MustStayOff);

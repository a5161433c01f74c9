namespace ProvisionStation.Records.Journal;

/// <summary>Verdicts of a lot's runs.</summary>
/// <param name="Pass">Runs that passed.</param>
/// <param name="Fail">Runs that failed: the unit's fault.</param>
/// <param name="Error">Runs that could not be judged: the bench's or station's fault.</param>
/// <param name="Aborted">Runs that were stopped.</param>
/// <param name="Open">Runs in progress.</param>
public sealed record LotCounts(int Pass, int Fail, int Error, int Aborted, int Open);

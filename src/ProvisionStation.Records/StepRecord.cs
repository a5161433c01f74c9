namespace ProvisionStation.Records;

/// <summary>One step as it ended.</summary>
/// <param name="Step">The step's name, for example <c>backup</c>.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Reason">Fixed word; null with PASS.</param>
/// <param name="Attempts">1 and up.</param>
/// <param name="StartedAt">UTC wall clock.</param>
/// <param name="Duration">Monotonic.</param>
/// <param name="Detail">One sentence with the numbers behind the verdict; never a secret.</param>
/// <param name="Measurements">What was measured; may be empty.</param>
public sealed record StepRecord(
    string Step,
    Verdict Verdict,
    string? Reason,
    int Attempts,
    DateTimeOffset StartedAt,
    TimeSpan Duration,
    string Detail,
    IReadOnlyList<Measurement> Measurements);

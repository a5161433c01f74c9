using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records;

/// <summary>A run as the journal holds it, with everything that belongs to it.</summary>
/// <param name="Id">Our own id, time-ordered.</param>
/// <param name="Station">The station's id.</param>
/// <param name="StartedAt">UTC wall clock of the insert.</param>
/// <param name="Opening">What was known before power.</param>
/// <param name="UnitId">Our own unit id; null where the unit was never identified.</param>
/// <param name="Marks">What the unit was recognised by; null where it never was.</param>
/// <param name="Closing">Null while the run is in progress.</param>
/// <param name="ClosedAt">UTC wall clock of the close.</param>
/// <param name="Sequence">Gap-free per station, from 1; null while in progress.</param>
/// <param name="PreviousSha256">Hash of the previous closing record; 64 zeros for the first.</param>
/// <param name="Sha256">Hash of this closing record.</param>
/// <param name="Steps">In order.</param>
/// <param name="Intents">In order.</param>
/// <param name="Artifacts">In order.</param>
/// <param name="Claims">In order.</param>
public sealed record RunRecord(
    Guid Id,
    Guid Station,
    DateTimeOffset StartedAt,
    RunOpening Opening,
    Guid? UnitId,
    UnitMarks? Marks,
    RunClosing? Closing,
    DateTimeOffset? ClosedAt,
    long? Sequence,
    string? PreviousSha256,
    string? Sha256,
    IReadOnlyList<StepRecord> Steps,
    IReadOnlyList<Intent> Intents,
    IReadOnlyList<Artifact> Artifacts,
    IReadOnlyList<Claim> Claims)
{
    /// <summary>Gap-free per station, from 1, in the order in which runs were begun.</summary>
    public long Number { get; init; }

    /// <summary>How the run's lot was opened; null only where somebody took that away.</summary>
    public LotOpening? LotOpening { get; init; }
}

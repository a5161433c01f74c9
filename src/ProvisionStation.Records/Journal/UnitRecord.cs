namespace ProvisionStation.Records.Journal;

/// <summary>A unit as the journal knows it.</summary>
/// <param name="Id">Our own unit id.</param>
/// <param name="FirstSeenAt">UTC wall clock.</param>
/// <param name="Marks">What its latest run recognised it by.</param>
/// <param name="Runs">How many runs it has had, in all lots.</param>
/// <param name="LastLot">The lot of its latest run.</param>
/// <param name="LastStartedAt">When that run began, UTC.</param>
/// <param name="LastVerdict">Verdict of its last closed run; null where none was closed.</param>
/// <param name="LastReason">The fixed word with it; null with PASS.</param>
/// <param name="LastState">What that run left in its flash.</param>
/// <param name="LastSequence">The closing record of that run.</param>
public sealed record UnitRecord(
    Guid Id,
    DateTimeOffset FirstSeenAt,
    UnitMarks Marks,
    int Runs,
    string LastLot,
    DateTimeOffset LastStartedAt,
    Verdict? LastVerdict,
    string? LastReason,
    UnitState? LastState,
    long? LastSequence)
{
    /// <summary>What is in its flash by all its runs, an open one's intents included:
    /// what the last one left that changed anything; untouched where none did.</summary>
    public UnitState LeftState { get; init; }

    /// <summary>The backup of what the unit was received with; null where there is none.</summary>
    public string? OriginalBackupSha256 { get; init; }
}

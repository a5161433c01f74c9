namespace ProvisionStation.Records.Journal;

/// <summary>A copy of the journal in the data folder.</summary>
/// <param name="File">Its path.</param>
/// <param name="TakenAt">When, in UTC, to the second; as its name says.</param>
/// <param name="Bytes">Its length.</param>
public sealed record JournalCopy(string File, DateTimeOffset TakenAt, long Bytes);

namespace ProvisionStation.Records.Journal;

/// <summary>A closing record of another lot, as far as a report shows it: so much that the chain stays visible.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="PreviousSha256">Hash of the record before it.</param>
/// <param name="Sha256">Its own hash.</param>
public sealed record ForeignRecord(long Sequence, string PreviousSha256, string Sha256);

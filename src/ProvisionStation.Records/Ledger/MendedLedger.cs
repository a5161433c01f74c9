namespace ProvisionStation.Records.Ledger;

/// <summary>What became of a ledger's file that did not agree with its journal.</summary>
/// <param name="Facts">Facts of the database that the new file holds, without the one that records the mending.</param>
/// <param name="Aside">Where the old file lies now; null where there was none.</param>
/// <param name="AsideFacts">Facts of the old file that are a whole chain from its first line.</param>
/// <param name="Recorded">The fact that records it.</param>
public sealed record MendedLedger(long Facts, string? Aside, long AsideFacts, RecordedFact Recorded);

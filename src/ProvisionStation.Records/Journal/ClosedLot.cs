using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>How a lot was closed.</summary>
/// <param name="Lot">Its name.</param>
/// <param name="Counts">Verdicts of its runs.</param>
/// <param name="NotPassed">Units whose last run in the lot did not pass.</param>
/// <param name="UnusedUnits">MACs that the lot expected and that no unit with a PASS had, in the order of their lines.</param>
/// <param name="Recorded">The fact; null where the lot was only looked at.</param>
public sealed record ClosedLot(string Lot, LotCounts Counts, int NotPassed, IReadOnlyList<string> UnusedUnits, RecordedFact? Recorded);

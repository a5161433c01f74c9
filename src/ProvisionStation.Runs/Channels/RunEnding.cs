using ProvisionStation.Records;

namespace ProvisionStation.Runs.Channels;

/// <summary>How a run ended, before it is closed.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">Fixed word; null with PASS.</param>
/// <param name="Detail">One sentence with the numbers.</param>
/// <param name="Remedy">What the operator does next; null: nothing.</param>
internal sealed record RunEnding(Verdict Verdict, string? Reason, string Detail, string? Remedy);

using ProvisionStation.Records;

namespace ProvisionStation.Demo;

/// <summary>A virtual plug of the crate: what is wrong with it, and what the station must make of it.</summary>
/// <param name="Serial">Its serial number in the simulator.</param>
/// <param name="Fault">The simulator's word for its fault or its other product; null: a healthy plug.</param>
/// <param name="Verdict">The verdict it must get.</param>
/// <param name="Reason">The reason that must go with it.</param>
/// <param name="HealsOnRetry">True where it must pass with at least one write retry counted.</param>
/// <param name="Opinion">What the second opinion must find; null: there must be none.</param>
internal sealed record PlantedUnit(
    int Serial, string? Fault, Verdict Verdict = Verdict.Pass, string? Reason = null, bool HealsOnRetry = false, string? Opinion = null);

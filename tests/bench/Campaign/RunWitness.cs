namespace ProvisionStation.Speed.Campaign;

/// <summary>One run as the bench saw it: the unit before and after.</summary>
/// <param name="Case">Its case.</param>
/// <param name="Run">The run's id.</param>
/// <param name="Before">The unit when it came into the slot, or after the run before this one.</param>
/// <param name="Now">The unit at the run's end, or at the moment the station was killed.</param>
/// <param name="Told">The verdict the station told; null where it told none.</param>
/// <param name="Faults">What was wrong with the unit at the end, the simulator's words.</param>
/// <param name="WasDisturbed">True where somebody pulled, swapped or healed while the run went on.</param>
internal sealed record RunWitness(int Case, string Run, UnitTruth Before, UnitTruth Now, string? Told, IReadOnlyList<string> Faults, bool WasDisturbed)
{
    /// <summary>True where another unit is in the slot than when the run began; then <see cref="Before"/> is what that one was when it came.</summary>
    public bool WasSwapped { get; init; }

    /// <summary>The unit as it came; looked at only where it is said to be so again.</summary>
    public UnitTruth? Original { get; init; }

    /// <summary>True where it is the second run of a unit that was sick in its first.</summary>
    public bool WasHealed { get; init; }
}

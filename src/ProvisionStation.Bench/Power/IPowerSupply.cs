namespace ProvisionStation.Bench.Power;

/// <summary>The power of one slot.</summary>
public interface IPowerSupply
{
    /// <summary>True where a person or a relay does the switching, so that a presence look every few seconds is out of the question.</summary>
    bool IsMechanical { get; }

    /// <summary>Switches the slot on. Returns when the supply has confirmed.</summary>
    /// <exception cref="BenchException">The supply does not answer or refuses (<see cref="BenchReasons.PowerLost"/>).</exception>
    ValueTask OnAsync(CancellationToken cancel);

    /// <summary>Switches the slot off. Returns when the supply has confirmed.</summary>
    /// <exception cref="BenchException">The supply does not answer or refuses (<see cref="BenchReasons.PowerLost"/>).</exception>
    ValueTask OffAsync(CancellationToken cancel);
}

namespace ProvisionStation.Bench.Power;

/// <summary>Says whether a slot's supply is in current limit: the unit wants more than the supply gives, whatever its meter shows.</summary>
public interface ICurrentLimit
{
    /// <summary>True while the supply limits the slot's current.</summary>
    /// <exception cref="BenchException">The supply answers nonsense or not at all (<see cref="BenchReasons.PowerLost"/>).</exception>
    ValueTask<bool> IsLimitingAsync(CancellationToken cancel);
}

namespace ProvisionStation.Bench.Power;

/// <summary>The reset (CEN) of one slot.</summary>
public interface IResetLine
{
    /// <summary>Holds the unit in reset.</summary>
    ValueTask HoldAsync(CancellationToken cancel);

    /// <summary>Lets the unit start.</summary>
    ValueTask ReleaseAsync(CancellationToken cancel);
}

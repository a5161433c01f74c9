namespace ProvisionStation.Runs.Steps;

/// <summary>Why power was cut.</summary>
/// <param name="MeanMilliamperes">Mean over the cut-off span.</param>
/// <param name="Samples">Readings behind it.</param>
/// <param name="AfterPowerOn">How long the slot had power.</param>
public sealed record OverCurrent(double MeanMilliamperes, int Samples, TimeSpan AfterPowerOn)
{
    /// <summary>True in the first second: the unit is shorted, rather than working too hard.</summary>
    public bool IsShort => AfterPowerOn < TimeSpan.FromSeconds(1);
}

namespace ProvisionStation.Runs.Steps;

/// <summary>Why power was cut.</summary>
/// <param name="Mean">The mean that was too much.</param>
/// <param name="AfterPowerOn">How long the slot had power.</param>
public sealed record OverCurrent(CurrentMean Mean, TimeSpan AfterPowerOn)
{
    /// <summary>True in the first second: the unit is shorted, rather than working too hard.</summary>
    public bool IsShort => AfterPowerOn < TimeSpan.FromSeconds(1);
}

using System.Globalization;
using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>Why power was cut.</summary>
/// <param name="Mean">The mean that was too much; where the supply was in current limit, that of all readings, null where there is none.</param>
/// <param name="AfterPowerOn">How long the slot had power.</param>
/// <param name="InLimit">True where the supply was in current limit: the unit wanted more than the meter can show.</param>
public sealed record OverCurrent(CurrentMean? Mean, TimeSpan AfterPowerOn, bool InLimit = false)
{
    /// <summary>True in the first second: the unit is shorted, rather than working too hard.</summary>
    public bool IsShort => AfterPowerOn < TimeSpan.FromSeconds(1);

    /// <summary>What was seen, in one line without its end.</summary>
    public string Describe(double cutoffMilliamperes)
    {
        string mean = Mean is null
            ? "no reading"
            : string.Create(CultureInfo.InvariantCulture, $"mean {Mean.Milliamperes:0} mA of {Mean.Samples} readings");
        string seen = string.Create(
            CultureInfo.InvariantCulture, $"{mean}, {AfterPowerOn.TotalSeconds:0.0} s after power on, cut-off is {cutoffMilliamperes:0} mA");
        return InLimit ? $"the supply is in current limit, {seen}" : seen;
    }

    /// <summary>The number behind the verdict.</summary>
    public Measurement Measured(double cutoffMilliamperes) => InLimit || Mean is null
        ? new Measurement("supply-in-current-limit", 1, "flag", High: 0)
        : Mean.Measured("current-cut-off", high: cutoffMilliamperes);
}

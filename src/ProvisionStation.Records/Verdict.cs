namespace ProvisionStation.Records;

/// <summary>How a run or a step ended. A step that was not reached has no record.</summary>
public enum Verdict
{
    /// <summary>Everything the recipe asks was seen.</summary>
    Pass,

    /// <summary>The unit is bad, with a number or a byte behind it.</summary>
    Fail,

    /// <summary>The bench or the station could not judge. Counts against the slot, never against the unit.</summary>
    Error,

    /// <summary>Somebody or something stopped the run.</summary>
    Aborted,
}

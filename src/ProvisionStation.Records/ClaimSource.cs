namespace ProvisionStation.Records;

/// <summary>How a value is known (law 6).</summary>
public enum ClaimSource
{
    /// <summary>An instrument said so.</summary>
    Measured,

    /// <summary>It was read back from the unit or from disk.</summary>
    Readback,

    /// <summary>It follows from other values.</summary>
    Derived,

    /// <summary>It was ordered, and nobody has looked.</summary>
    Intended,

    /// <summary>A person entered it.</summary>
    Entered,

    /// <summary>It was not done or not tested.</summary>
    NotDone,
}

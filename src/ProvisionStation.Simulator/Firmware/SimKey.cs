namespace ProvisionStation.Simulator.Firmware;

/// <summary>Which code key is burnt into a virtual unit.</summary>
internal enum SimKey
{
    /// <summary>510fb093 a3cbeadc 5993a17e c7adeb03: BK7231N and BK7231T as they usually come.</summary>
    Default,

    /// <summary>No scrambling: BK7231M, BK7231U, BK7238, BK7252.</summary>
    Zero,

    /// <summary>
    /// A vendor's own key: 4862379A 8612784B 85C5E258 75754528, which switches all but the constant stage of the cipher on.
    /// </summary>
    Foreign,
}

namespace ProvisionStation.Records;

/// <summary>What a run left behind in the unit's flash (law 9).</summary>
public enum UnitState
{
    /// <summary>Nothing was erased or written.</summary>
    Untouched,

    /// <summary>The erase began, nothing is known to be written.</summary>
    Erased,

    /// <summary>Some 64 KiB blocks were begun; the last intent names the block.</summary>
    PartlyWritten,

    /// <summary>The image is in, and the chip's CRC agreed.</summary>
    Written,

    /// <summary>Image and configuration are in and were read back.</summary>
    Configured,

    /// <summary>A backup was written back, and compared byte by byte.</summary>
    Restored,
}

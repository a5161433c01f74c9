namespace ProvisionStation.Simulator.Firmware;

/// <summary>How a vendor's store came to the bench.</summary>
internal enum StoreCondition
{
    /// <summary>Every checksum holds and the newest copy of each block is in its place.</summary>
    Sound,

    /// <summary>
    /// The last write was interrupted: the newest copy of the blocks with the pins is in a swap sector, an older map is in their place
    /// (storage sheet 3.3). Both copies' checksums hold.
    /// </summary>
    NewestInSwap,

    /// <summary>A bit of the pins' text turned in every copy of it: 16 bytes of it are lost, no checksum over them holds.</summary>
    Damaged,

    /// <summary>Every checksum of the store holds, but the pins' own CRC does not: the text was edited (storage sheet 4.2).</summary>
    OwnCrcWrong,
}

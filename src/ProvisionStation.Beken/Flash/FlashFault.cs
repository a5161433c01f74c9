namespace ProvisionStation.Beken.Flash;

/// <summary>A bad flash, with the byte behind it. The unit's fault, not the bench's.</summary>
/// <param name="Kind">What did not take.</param>
/// <param name="Address">The first byte that is wrong.</param>
/// <param name="Expected">What should be there.</param>
/// <param name="Read">What is there.</param>
/// <param name="Status">The loader's status byte where it refused; 0 otherwise.</param>
public sealed record FlashFault(FlashFaultKind Kind, FlashAddress Address, byte Expected, byte Read, byte Status = 0);

/// <summary>What did not take.</summary>
public enum FlashFaultKind
{
    /// <summary>A bit that erase should have set reads 0.</summary>
    SectorNotErased,

    /// <summary>A bit that programming should have cleared reads 1.</summary>
    BitNotProgrammed,

    /// <summary>The chip's CRC differs although every sector read back right.</summary>
    CrcMismatch,

    /// <summary>The loader answered with an error status.</summary>
    Refused,
}

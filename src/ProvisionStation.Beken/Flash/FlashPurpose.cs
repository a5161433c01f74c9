namespace ProvisionStation.Beken.Flash;

/// <summary>Why a step wants to write; each has its own legal addresses (law 3).</summary>
public enum FlashPurpose
{
    /// <summary>The firmware image: from 0x11000 up to the end of the image, below the RF sector.</summary>
    Image,

    /// <summary>OpenBeken's configuration sector, and nothing else.</summary>
    Configuration,

    /// <summary>The vendor's key-value store.</summary>
    VendorStore,

    /// <summary>A unit's own backup: 0x11000 to the end without the RF sector.</summary>
    Restore,

    /// <summary>The RF sector, and nothing else: by a person's order only, from that unit's own backup.</summary>
    RfSector,

    /// <summary>Opens the flash's protection: a write to the status register, to no address at all.</summary>
    Unprotect,
}

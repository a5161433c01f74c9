namespace ProvisionStation.Beken.Flash;

/// <summary>A row of the flash-chip table.</summary>
/// <param name="Id">JEDEC id as M2 M1 M0, for example 0x1560EB.</param>
/// <param name="Name">Part name.</param>
/// <param name="Manufacturer">Maker's short name.</param>
/// <param name="SizeBytes">Capacity in bytes.</param>
/// <param name="StatusBytes">How many status bytes one write carries: 1 or 2; 0 where the chip has none that protect.</param>
/// <param name="ProtectionMask">Status bits that protect (block protect and complement).</param>
/// <param name="StatusReadCommands">SPI commands that read the status bytes, lowest byte first; may be one more than are written.</param>
/// <param name="StatusWriteCommand">SPI command that writes them.</param>
public sealed record FlashChip(
    uint Id,
    string Name,
    string Manufacturer,
    uint SizeBytes,
    int StatusBytes,
    ushort ProtectionMask,
    IReadOnlyList<byte> StatusReadCommands,
    byte StatusWriteCommand);

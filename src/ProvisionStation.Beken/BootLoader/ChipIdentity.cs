using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.BootLoader;

/// <summary>What a unit's loader tells of itself. What a chip cannot tell is null, which reports write as "not readable".</summary>
/// <param name="Model">The chip, by behaviour, chip id, key and loader.</param>
/// <param name="Generation">Which command set answers.</param>
/// <param name="ChipId">Register 0x00800000; null on BASIC.</param>
/// <param name="LoaderCrc">Standard CRC-32 of the loader's first bytes, by the loader's own CRC command over (0, 0x100).</param>
/// <param name="LoaderName">Name for <paramref name="LoaderCrc"/> or the version string it answered; null where neither is known.</param>
/// <param name="FlashId">JEDEC id as M2 M1 M0, for example 0x1560EB; null on BASIC.</param>
/// <param name="FlashChip">The chip table's row; null where the id is not in it or not readable.</param>
/// <param name="FlashBytes">Size of the flash in bytes, by table, id or wrap probe; 0 where none of them worked.</param>
/// <param name="Key">The sixteen key bytes of the eFuse; null where not readable. A secret when it is not the default key.</param>
/// <param name="KeyClass">What the key is, from the eFuse; <see cref="KeyClass.NotReadable"/> on BASIC and where read-out is disabled.</param>
/// <param name="StatusRegister">Flash status as read before anything was changed; null on BASIC.</param>
public sealed record ChipIdentity(
    ChipModel Model,
    LoaderGeneration Generation,
    uint? ChipId,
    uint LoaderCrc,
    string? LoaderName,
    uint? FlashId,
    FlashChip? FlashChip,
    uint FlashBytes,
    IReadOnlyList<byte>? Key,
    KeyClass KeyClass,
    ushort? StatusRegister);

namespace ProvisionStation.Records;

/// <summary>What a unit can be recognised by. Null is "not readable", never blank.</summary>
/// <param name="Mac">Twelve upper-case hex digits; an attribute that may repeat, never a key.</param>
/// <param name="MacSource">Where the MAC was read, for example <c>RF sector 0x1D0000, TLV 11111102</c>.</param>
/// <param name="Chip">For example <c>BK7231N</c>.</param>
/// <param name="ChipId">Eight hex digits.</param>
/// <param name="FlashId">Six hex digits, M2 M1 M0.</param>
/// <param name="FlashBytes">Size of the flash.</param>
/// <param name="KeyClass"><c>default</c>, <c>zero</c>, <c>foreign</c>.</param>
/// <param name="RfSha256">Hash of the RF sector; null also where that is no mark, since many units have the same: without a table, without a MAC that a maker gave.</param>
public sealed record UnitMarks(
    string? Mac, string? MacSource, string? Chip, string? ChipId, string? FlashId, long? FlashBytes, string? KeyClass, string? RfSha256);

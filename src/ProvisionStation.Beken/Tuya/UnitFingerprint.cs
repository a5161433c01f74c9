using System.Security.Cryptography;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Images;

namespace ProvisionStation.Beken.Tuya;

/// <summary>What units of one product have in common, each part as text; tells a mixed crate. Null: not readable.</summary>
/// <param name="Chip">The chip.</param>
/// <param name="LoaderCrc">Standard CRC-32 of the loader's area, 0 up to 0x11000, as eight upper-case hex digits.</param>
/// <param name="ApplicationSha256">SHA-256 of the application as it lies in flash, from 0x11000 to its last sound group, lower-case hex.</param>
/// <param name="VersionText">Version of the vendor's application by the store, or of OpenBeken.</param>
/// <param name="FlashId">JEDEC id as the loader told it.</param>
/// <param name="SchemaKeys">Names of the product's schemas in the vendor's store.</param>
/// <param name="PinMap">The pin map on one line.</param>
public sealed record UnitFingerprint(
    ChipModel Chip, string LoaderCrc, string? ApplicationSha256, string? VersionText, string? FlashId, string? SchemaKeys, string? PinMap)
{
    /// <summary>Names and texts of all parts, in the order in which a recipe lists them.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Parts =>
    [
        new("chip", Chip.ToString()), new("loader", LoaderCrc), new("application", ApplicationSha256), new("version", VersionText),
        new("flash", FlashId), new("schema", SchemaKeys), new("pins", PinMap),
    ];

    /// <summary>The fingerprint of a unit.</summary>
    /// <param name="backup">Its whole flash, from address 0.</param>
    /// <param name="chip">The chip as identified; <see cref="ChipModel.Unknown"/>: as the backup tells.</param>
    /// <param name="flashId">JEDEC id; null where the chip cannot tell.</param>
    /// <param name="findings">What the backup's store told.</param>
    public static UnitFingerprint Of(ReadOnlyMemory<byte> backup, ChipModel chip, string? flashId, TuyaFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ReadOnlySpan<byte> bytes = backup.Span;
        int floor = (int)Math.Min(bytes.Length, FlashLayout.WriteFloor.Value);
        ReadOnlySpan<byte> application = bytes[floor..];
        int length = ImageRecognition.ApplicationBytes(application);
        return new UnitFingerprint(
            chip == ChipModel.Unknown ? findings.Chip : chip,
            Crc32.Of(bytes[..floor]).ToString("X8"),
            length > 0 ? Convert.ToHexStringLower(SHA256.HashData(application[..length])) : null,
            VendorApplication.OpenBekenVersion(bytes) is { } ours ? $"OpenBeken {ours}" : findings.VendorVersion,
            flashId,
            findings.SchemaKeys.Count > 0 ? string.Join(", ", findings.SchemaKeys) : null,
            findings.PinMapText);
    }
}

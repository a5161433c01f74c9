using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Images;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Bench;
using ProvisionStation.Live;

namespace ProvisionStation.Commands;

/// <summary>What <c>image inspect</c> says of a dump of a whole flash.</summary>
internal static class DumpReport
{
    public static void Write(string file, byte[] dump, bool json)
    {
        UnitDump unit = UnitDump.Of(dump, file);
        TuyaFindings found = unit.Store;
        (FirmwareImage? image, string? why) = DumpFile.Application(dump, file);
        if (image is null && unit.Chip == ChipModel.Unknown && found is { Mac: null, KeySectorOffset: null })
        {
            throw new ConfigurationException(
                file, null, null, $"a file of {dump.Length} bytes, but no dump of a unit: no application, no MAC and no vendor store in it",
                "Give a dump of a whole BK7231 flash, or a release's QIO file.");
        }

        var fingerprint = UnitFingerprint.Of(Unshifted(dump, found), found.Chip, null, found);
        if (json)
        {
            Console.WriteLine(ToJson(file, unit, image, why, fingerprint).ToJsonString());
            return;
        }

        Row("kind", "full dump");
        Row("length", $"{dump.Length} bytes, {BlankShare(dump):0.0} % blank");
        Row("loader", $"CRC-32 {fingerprint.LoaderCrc} over 0 to {FlashLayout.WriteFloor}");
        Row("firmware", image is null ? $"not readable: {why}" : $"{image.Version ?? fingerprint.VersionText ?? "version not known"}, for {image.Chip}");
        if (fingerprint.ApplicationSha256 is { } hash)
            Row("sha256", $"{hash} (application)");
        TuyaReport.Write(unit);
    }

    private static JsonObject ToJson(
        string file, UnitDump unit, FirmwareImage? image, string? why, UnitFingerprint fingerprint) => new()
        {
            ["file"] = file,
            ["kind"] = "full dump",
            ["chip"] = image?.Chip.ToString() ?? (unit.Chip == ChipModel.Unknown ? null : unit.Chip.ToString()),
            ["key"] = image?.Key.ToString().ToLowerInvariant(),
            ["version"] = image?.Version ?? fingerprint.VersionText,
            ["bytes"] = unit.Bytes.Length,
            ["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(unit.Bytes)),
            ["writeStart"] = image?.WriteRange.Start.ToString(),
            ["writeBytes"] = image?.WriteRange.LengthBytes,
            ["problem"] = why,
            ["loaderCrc"] = fingerprint.LoaderCrc,
            ["applicationSha256"] = fingerprint.ApplicationSha256,
            ["mac"] = unit.Store.Mac,
            ["blankPercent"] = Math.Round(BlankShare(unit.Bytes), 1),
            ["tuya"] = TuyaReport.ToJson(unit),
        };

    /// <summary>The flash from address 0, whatever address the dump was read from.</summary>
    private static byte[] Unshifted(byte[] dump, TuyaFindings found)
    {
        int start = (int)((dump.Length - found.ImageShift) % dump.Length);
        return start == 0 ? dump : [.. dump[start..], .. dump[..start]];
    }

    private static double BlankShare(byte[] dump) => 100.0 * dump.AsSpan().Count((byte)0xFF) / dump.Length;

    private static void Row(string name, string what) => Console.WriteLine($"{name,-8} {Printable.Of(what)}");
}

using ProvisionStation.Beken.Tuya;

namespace ProvisionStation.Runs.Recipes;

/// <summary>The parts of a unit's fingerprint by which a crate of "the same" is told from a mixed one.</summary>
public static class ProductParts
{
    /// <summary>The unit's own pin map.</summary>
    public const string Pins = "pins";

    /// <summary>The start-up command that belongs to the unit's own pins.</summary>
    public const string Startup = "startup";

    private const string NoStartup = "none";

    /// <summary>All of them: chip, boot loader, vendor application, its version text, flash id, keys of the vendor's schema, pin map, start-up command.</summary>
    public static IReadOnlyList<string> Names { get; } = ["chip", "loader", "application", "version", "flash", "schema", Pins, Startup];

    /// <summary>The parts of one unit as text, in the order of <see cref="Names"/>; null for what could not be read.</summary>
    /// <param name="fingerprint">What its backup tells.</param>
    /// <param name="pinMap">Its own pin map; null where it tells none.</param>
    /// <param name="startup">The start-up command that belongs to that map; empty: none.</param>
    public static IReadOnlyDictionary<string, string?> Of(UnitFingerprint fingerprint, string? pinMap, string startup) => new Dictionary<string, string?>
    {
        ["chip"] = $"{fingerprint.Chip}",
        ["loader"] = fingerprint.LoaderCrc,
        ["application"] = fingerprint.ApplicationSha256,
        ["version"] = fingerprint.VersionText,
        ["flash"] = fingerprint.FlashId,
        ["schema"] = fingerprint.SchemaKeys,
        [Pins] = pinMap,
        [Startup] = pinMap is null ? null : startup.Length == 0 ? NoStartup : startup,
    };
}

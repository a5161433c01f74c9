using ProvisionStation.Beken.Obk;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>What a unit's own backup tells about it.</summary>
/// <param name="Original">The whole flash as the unit came to us: the backup that was made before we first changed it.</param>
/// <param name="Store">What the vendor's store in it tells.</param>
/// <param name="Found">The OpenBeken configuration that counts for the unit; null where there is none. Holds secrets, never logged.</param>
/// <param name="Pins">Its own pin map.</param>
/// <param name="Parts">Its fingerprint by <see cref="ProductParts.Names"/>; null for what could not be read.</param>
public sealed record BackupFindings(
    byte[] Original, TuyaFindings Store, ObkConfig? Found, OwnPins Pins, IReadOnlyDictionary<string, string?> Parts);

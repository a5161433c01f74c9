using ProvisionStation.Records.Vault;

namespace ProvisionStation.Live;

/// <summary>What a person must know of the vault's key before the first backup is stored.</summary>
internal static class VaultKeyText
{
    /// <summary>In plain words, a line each.</summary>
    public static IReadOnlyList<string> FirstUse(VaultKey key) =>
    [
        $"The vault is new. Every backup in it is encrypted with the key in {key.Path} (fingerprint {key.Fingerprint}).",
        "Copy that file to a safe place away from this computer now, before the first unit: WITHOUT THE KEY NO BACKUP CAN BE READ,",
        "and no unit can be given back what it held. Nobody can recover it. Whoever has key and vault can read both: keep them apart where you can (--vault-key).",
    ];
}

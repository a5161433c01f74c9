namespace ProvisionStation.Records.Vault;

/// <summary>Bytes of a pack that are no whole record.</summary>
/// <param name="Pack">Number of the pack, from 1.</param>
/// <param name="Offset">Of the first such byte.</param>
/// <param name="Length">How many.</param>
internal sealed record PackDamage(int Pack, long Offset, long Length)
{
    /// <inheritdoc />
    public override string ToString() => $"{PackFolder.NameOf(Pack)} from byte {Offset} on ({Length} bytes)";
}

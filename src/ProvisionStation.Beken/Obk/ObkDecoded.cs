namespace ProvisionStation.Beken.Obk;

/// <summary>What a sector holds, as the firmware would see it.</summary>
/// <param name="Config">The configuration; null where it cannot be read.</param>
/// <param name="Rejection">Why there is none, as one sentence; null where there is one.</param>
/// <param name="Version">The version number found, 2 to 5 where it could be decoded; null without the ident.</param>
/// <param name="ChecksumRight">True where the checksum over the version's own length holds.</param>
public sealed record ObkDecoded(ObkConfig? Config, string? Rejection, int? Version, bool ChecksumRight)
{
    /// <summary>The checksum found; null without the ident.</summary>
    public byte? Checksum { get; init; }

    /// <summary>What today's firmware would do to a configuration that can be read but that it does not load; null where it loads it.</summary>
    public string? Warning { get; init; }
}

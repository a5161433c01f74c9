namespace ProvisionStation.Beken.Obk;

/// <summary>What a sector holds, as the firmware would see it.</summary>
/// <param name="Config">The configuration; null where it was rejected.</param>
/// <param name="Rejection">Why there is none, as one sentence; null where there is one.</param>
/// <param name="Version">The version number found, 2 to 5 where it could be decoded; null without the ident.</param>
/// <param name="ChecksumRight">True where the checksum over the version's own length holds.</param>
public sealed record ObkDecoded(ObkConfig? Config, string? Rejection, int? Version, bool ChecksumRight);

namespace ProvisionStation.Records.Vault;

/// <summary>Where a record lies.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pack">Number of the pack, from 1.</param>
/// <param name="Offset">Of its head in the pack, in bytes.</param>
/// <param name="Length">Of the whole record, in bytes.</param>
/// <param name="Bytes">Of a manifest: the artifact's length; otherwise 0.</param>
internal sealed record PackPlace(RecordKind Kind, byte[] Name, int Pack, long Offset, int Length, long Bytes);

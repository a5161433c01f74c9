namespace ProvisionStation.Records;

/// <summary>Something kept in the vault for a run.</summary>
/// <param name="Kind"><c>backup</c>, <c>boot-log</c>, <c>uart-trace</c>, <c>current-trace</c>, <c>config</c>, <c>rf-sector</c>.</param>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Note">What a reader must know; null: nothing.</param>
public sealed record Artifact(string Kind, string Sha256, long Bytes, string? Note = null);

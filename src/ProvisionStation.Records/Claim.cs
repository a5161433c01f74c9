namespace ProvisionStation.Records;

/// <summary>One statement about a unit or run that says how it is known.</summary>
/// <param name="Name">For example <c>image-crc</c>.</param>
/// <param name="Value">The value as text; never a secret.</param>
/// <param name="Source">How it is known.</param>
public sealed record Claim(string Name, string Value, ClaimSource Source);

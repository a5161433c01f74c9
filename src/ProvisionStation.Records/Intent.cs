namespace ProvisionStation.Records;

/// <summary>What is about to be erased, or that protection is about to be opened, committed before it is (law 9).</summary>
/// <param name="Purpose">Why, for example <c>image</c> or <c>configuration</c>.</param>
/// <param name="StartAddress">First byte.</param>
/// <param name="LengthBytes">Number of bytes; at most one 64 KiB block. 0: protection is opened, nothing erased.</param>
public sealed record Intent(string Purpose, uint StartAddress, uint LengthBytes);

namespace ProvisionStation.Simulator.Modules;

/// <summary>A whole request as it came over the wire (fact sheet sections 3.1 and 3.2).</summary>
/// <param name="IsLong">True for the flash commands with the FF F4 escape.</param>
/// <param name="Opcode">The command; the same number means different things in the two forms.</param>
/// <param name="Payload">What follows the opcode.</param>
internal sealed record Request(bool IsLong, byte Opcode, byte[] Payload);

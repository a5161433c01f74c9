namespace ProvisionStation.Beken.BootLoader;

/// <summary>One well-formed frame from the loader, whatever it answers.</summary>
/// <param name="IsLong">True for the flash form (04 0E FF … F4), false for the short one.</param>
/// <param name="Opcode">The command it answers; a link check is answered with 0x01.</param>
/// <param name="Status">0 is success; always 0 in the short form, which has no status byte.</param>
/// <param name="Payload">What follows.</param>
internal sealed record Response(bool IsLong, byte Opcode, byte Status, byte[] Payload);

namespace ProvisionStation.Beken.BootLoader;

/// <summary>How unprotecting the flash ended.</summary>
/// <param name="IsOpen">True where erase and program will take, as far as the chip can tell (always true on BASIC, whose loader does it itself).</param>
/// <param name="WasProtected">True where protection bits had to be cleared.</param>
/// <param name="Before">Status register before; null on BASIC.</param>
/// <param name="After">Status register after; null on BASIC.</param>
public sealed record ProtectionResult(bool IsOpen, bool WasProtected, ushort? Before, ushort? After);

namespace ProvisionStation.Beken.Flash;

/// <summary>How a verification by the chip's own CRC ended.</summary>
/// <param name="Expected">Standard CRC-32 of what should be there.</param>
/// <param name="Answered">Standard CRC-32 of the chip's last answer over the whole range.</param>
/// <param name="Rounds">How often bad sectors were erased and written again: 0 when the first answer was right.</param>
/// <param name="Healed">The sectors that were written again.</param>
/// <param name="Fault">Null when the last answer was right; otherwise the first byte that is wrong.</param>
public sealed record VerifyResult(uint Expected, uint Answered, int Rounds, IReadOnlyList<FlashAddress> Healed, FlashFault? Fault);

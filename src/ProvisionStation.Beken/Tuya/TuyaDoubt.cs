namespace ProvisionStation.Beken.Tuya;

/// <summary>A value of the vendor's for a start-up command that a person must look at before the command may go.</summary>
/// <param name="Key">The vendor's key, for example <c>pwmhz</c>.</param>
/// <param name="Why">What is doubtful, as one sentence.</param>
/// <param name="Confidence"><see cref="PinConfidence.Unknown"/> where the command was left out, else <see cref="PinConfidence.Likely"/>.</param>
public sealed record TuyaDoubt(string Key, string Why, PinConfidence Confidence);

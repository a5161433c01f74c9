using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Beken.Tuya;

/// <summary>One pin of the vendor's map in OpenBeken's words.</summary>
/// <param name="Pin">P number, 0 to the chip's last.</param>
/// <param name="Role">The firmware's name of the role, for example <c>Rel</c>.</param>
/// <param name="Channel">First channel, 0 to 63.</param>
/// <param name="Channel2">Second channel; null where the role has none.</param>
/// <param name="Key">The vendor's key that made it, for example <c>rl1_pin</c>.</param>
/// <param name="Confidence">Whether it may be pushed without a person's approval.</param>
public sealed record TuyaPin(int Pin, string Role, int Channel, int? Channel2, string Key, PinConfidence Confidence)
{
    /// <summary>Role and channels as a recipe writes them, for example <c>Rel;1</c>.</summary>
    public string Text => Channel2 is { } second ? $"{Role};{Channel};{second}" : $"{Role};{Channel}";

    /// <summary>The pin as a configuration holds it.</summary>
    public ObkPin ToObk() => ObkPin.Parse(Text);
}

using System.Globalization;

namespace ProvisionStation.Beken.Obk;

/// <summary>What one pin does: a role and the channels it works on.</summary>
/// <param name="Role">Number of the role; 0 is none.</param>
/// <param name="Channel">First channel, 0 to 63.</param>
/// <param name="Channel2">Second channel, 0 to 63; of use to few roles only.</param>
public readonly record struct ObkPin(int Role, int Channel, int Channel2)
{
    /// <summary>The highest channel there is.</summary>
    public const int LastChannel = 63;

    /// <summary>True for a slot that holds nothing at all.</summary>
    public bool IsEmpty => Role == 0 && Channel == 0 && Channel2 == 0;

    /// <summary>Reads <c>role</c>, <c>role;channel</c> or <c>role;channel;channel2</c>, as device templates write it.</summary>
    /// <exception cref="ObkException">The role is unknown, or a channel is not 0 to 63.</exception>
    public static ObkPin Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(';');
        if (parts.Length > 3)
            throw new ObkException($"the pin '{Shown(text)}' has {parts.Length} parts", "write role;channel or role;channel;channel2");
        int role = ObkPinRole.NumberOf(parts[0])
            ?? throw new ObkException($"'{Shown(parts[0])}' is no pin role of OpenBeken", "use a role such as Rel, Btn, WifiLED_n or TglChanOnTgl");
        return new ObkPin(role, parts.Length > 1 ? Number(parts[1], text) : 0, parts.Length > 2 ? Number(parts[2], text) : 0);
    }

    /// <summary>For example <c>Rel;1</c>; with the second channel only where it is not 0. A role without a name stands as its number.</summary>
    public override string ToString()
    {
        string name = ObkPinRole.NameOf(Role) ?? Role.ToString(CultureInfo.InvariantCulture);
        return Channel2 == 0 ? $"{name};{Channel}" : $"{name};{Channel};{Channel2}";
    }

    private static int Number(string part, string text) =>
        int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int channel) && channel <= LastChannel
            ? channel
            : throw new ObkException($"'{Shown(part)}' in the pin '{Shown(text)}' is no channel", "give a channel from 0 to 63");

    internal static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}

using System.Text.RegularExpressions;

namespace ProvisionStation.Beken.Obk;

/// <summary>Texts of a recipe with placeholders for what differs from unit to unit.</summary>
/// <remarks>Braces around anything but a word of small letters and digits are left alone, since start-up commands may hold JSON.</remarks>
public static partial class ObkTemplateText
{
    /// <summary>Puts <c>{mac}</c> (twelve upper-case hex digits), <c>{mac6}</c> (the last six of them), <c>{lot}</c> and <c>{serial}</c> into a text.</summary>
    /// <param name="text">The recipe's text.</param>
    /// <param name="mac">Six bytes.</param>
    /// <param name="lot">The lot's name.</param>
    /// <param name="serial">The unit's serial number; null where it has none.</param>
    /// <exception cref="ObkException">An unknown placeholder, a serial number asked for and not given, or a lot or serial number that could be read as a command.</exception>
    public static string Fill(string text, ReadOnlySpan<byte> mac, string lot, string? serial)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (mac.Length != 6)
            throw new ArgumentException($"a MAC has six bytes, this one {mac.Length}", nameof(mac));
        string digits = Convert.ToHexString(mac);
        return Placeholder().Replace(text, found => found.Value switch
        {
            "{mac}" => digits,
            "{mac6}" => digits[6..],
            "{lot}" => Plain(lot, "lot"),
            "{serial}" => Plain(serial ?? throw new ObkException("there is a placeholder {serial} but the unit has no serial number", "give serial numbers or take {serial} out"), "serial number"),
            _ => throw new ObkException($"there is no placeholder {found.Value}", "use {mac}, {mac6}, {lot} or {serial}"),
        });
    }

    // A lot named "a; clearConfig" must not become a command on every unit.
    private static string Plain(string value, string what) =>
        value.All(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '.' or '_' or '-')
            ? value
            : throw new ObkException($"the {what} cannot stand in a unit's configuration", "use letters, digits, blanks and . _ - in it");

    [GeneratedRegex(@"\{[a-z0-9]+\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}

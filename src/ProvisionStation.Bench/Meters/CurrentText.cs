using System.Globalization;

namespace ProvisionStation.Bench.Meters;

/// <summary>Reads what an <c>exec</c> meter prints: a number with a point and <c>A</c>, <c>mA</c> or <c>uA</c>.</summary>
internal static class CurrentText
{
    private const double MostMilliamperes = 1_000_000;

    /// <returns>Milliamperes; null for anything else: a unit that was guessed would be wrong by a thousand.</returns>
    public static double? Milliamperes(string printed)
    {
        string text = printed.Trim();
        (double factor, int unitLength) = text switch
        {
            _ when text.EndsWith("mA", StringComparison.Ordinal) => (1.0, 2),
            _ when text.EndsWith("uA", StringComparison.Ordinal) || text.EndsWith("µA", StringComparison.Ordinal) => (0.001, 2),
            _ when text.EndsWith('A') => (1000.0, 1),
            _ => (0, 0),
        };
        bool isNumber = double.TryParse(
            text[..^unitLength].TrimEnd(' '),
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out double number);
        return unitLength > 0 && isNumber && Math.Abs(number * factor) <= MostMilliamperes ? number * factor : null;
    }
}

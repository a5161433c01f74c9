using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ProvisionStation.Beken.Tuya;

/// <summary>The checksum that <c>user_param_key</c> carries as its last field: <c>crc:N</c>, N below 128.</summary>
/// <remarks>
/// A 7-bit CRC, polynomial 0x48 reflected, start 0, over the text up to the comma before <c>crc</c> and one closing brace. No public tool uses
/// it; it held on 24 of 24 real texts. The order of the fields matters, so the stored text is what counts.
/// </remarks>
internal static partial class TuyaTextCrc
{
    private const int LimitMilliseconds = 1000;

    /// <summary>The CRC of a text, which ends before the comma in front of <c>crc</c>.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        int crc = 0;
        foreach (char letter in text)
            crc = Add(crc, letter);
        return Add(crc, '}');
    }

    /// <summary>Compares a text with the checksum in it.</summary>
    /// <param name="text">As stored, from the opening brace to the closing one.</param>
    /// <param name="root">What it was read as.</param>
    /// <returns><see cref="TuyaCrc.Bad"/> also where the field is not the last one or no number below 128.</returns>
    public static TuyaCrc Judge(string text, JsonObject root)
    {
        if (!root.ContainsKey("crc"))
            return TuyaCrc.Absent;
        Match last = LastField().Match(text);
        if (!last.Success || !int.TryParse(last.Groups["crc"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int stored))
            return TuyaCrc.Bad;
        return Of(text.AsSpan(0, last.Index)) == stored ? TuyaCrc.Ok : TuyaCrc.Bad;
    }

    private static int Add(int crc, char letter)
    {
        crc ^= letter;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x48 : crc >> 1;
        return crc;
    }

    [GeneratedRegex(@",""?crc""?:(?<crc>\d{1,3}),?\}$", RegexOptions.CultureInvariant, LimitMilliseconds)]
    private static partial Regex LastField();
}

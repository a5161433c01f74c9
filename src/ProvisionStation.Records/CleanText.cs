using System.Text;

namespace ProvisionStation.Records;

/// <summary>Text from units and files as it can be kept: what goes in comes out of SQL, JSON and CSV the same.</summary>
internal static class CleanText
{
    /// <summary>The longest text that is kept of a single field, in UTF-16 units; files kept as documents are not cut.</summary>
    public const int LongestField = 16 * 1024;

    private const string Cut = " … (cut)";

    /// <summary>Text without NULs and lone surrogates (U+FFFD stands for each), cut where it is too long, and saying so.</summary>
    /// <remarks>Neither survives UTF-8 and C strings, so the closing hash of what was given could not be found again in what was kept.</remarks>
    public static string Of(string text)
    {
        string kept = text.Length > LongestField ? string.Concat(text.AsSpan(0, LongestField - Cut.Length), Cut) : text;
        return WellFormed(kept);
    }

    /// <inheritdoc cref="Of(string)"/>
    public static string? OfOptional(string? text) => text is null ? null : Of(text);

    /// <summary>The same, never cut.</summary>
    public static string WellFormed(string text)
    {
        StringBuilder clean = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }
}

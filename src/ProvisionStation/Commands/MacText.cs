namespace ProvisionStation.Commands;

/// <summary>A MAC as people type it.</summary>
internal static class MacText
{
    /// <summary>Twelve upper-case hex digits as records hold them; null where it is no MAC.</summary>
    public static string? Parse(string text)
    {
        string digits = text.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        return digits.Length == 12 && digits.All(char.IsAsciiHexDigit) ? digits.ToUpperInvariant() : null;
    }

    public static string Problem(string text) => $"'{text}' is no MAC: twelve hex digits, with or without colons, are allowed";
}

using System.Globalization;
using System.Text;

namespace ProvisionStation.Live;

/// <summary>Text from units, files and instruments, made safe for a terminal: one line, no control characters.</summary>
internal static class Printable
{
    /// <summary>Every control, format or line-separating character becomes a question mark; line ends and tabs become blanks.</summary>
    public static string Of(string text)
    {
        StringBuilder safe = new(text.Length);
        foreach (char letter in text)
            safe.Append(letter is '\n' or '\r' or '\t' ? ' ' : IsHarmless(letter) ? letter : '?');
        return safe.ToString();
    }

    private static bool IsHarmless(char letter) => char.GetUnicodeCategory(letter) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

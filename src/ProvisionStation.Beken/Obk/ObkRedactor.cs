using System.Text;

namespace ProvisionStation.Beken.Obk;

/// <summary>Takes passwords out of what a unit says, before anyone stores it.</summary>
/// <remarks>
/// OpenBeken prints the Wi-Fi password (<c>Using Pass [..]</c>) and, in many releases, the MQTT password (<c>mqtt_pass ..</c>) in clear, and
/// echoes commands such as <c>Password1 ..</c>. Behind such a word the whole rest of the line goes. Direct prints of the SDK interleave
/// inside lines, so a password that breaks off is looked for over the next lines too.
/// Source: OpenBK7231T_App, src/user_main.c and src/mqtt/new_mqtt.c.
/// </remarks>
public sealed class ObkRedactor
{
    /// <summary>What stands where a secret stood.</summary>
    public const string Masked = "***";

    private const int LinesToLookFor = 3;
    private readonly string[] secrets;

    /// <summary>A redactor that also knows some secrets by value.</summary>
    /// <param name="knownSecrets">Passwords that went into this unit or came out of its backup. Empty ones do not count.</param>
    public ObkRedactor(IEnumerable<string> knownSecrets)
    {
        ArgumentNullException.ThrowIfNull(knownSecrets);
        // The longer first: a secret may be part of another.
        secrets = [.. knownSecrets.Where(secret => secret.Length > 0).Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length)];
    }

    /// <summary>Knows no secret by value, only where passwords stand.</summary>
    public static ObkRedactor Patterns { get; } = new([]);

    /// <summary>The longest known secret, in characters.</summary>
    internal int LongestSecret => secrets.Length == 0 ? 0 : secrets[0].Length;

    /// <summary>The text with every known secret and everything that stands where a password does replaced by <c>***</c>.</summary>
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (string secret in secrets)
            text = text.Replace(secret, Masked, StringComparison.Ordinal);
        StringBuilder redacted = new(text.Length);
        Unfinished unfinished = default;
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            string line = text[start..end];
            string content = line.TrimEnd('\r', '\n');
            redacted.Append(RedactLine(content, ref unfinished)).Append(line, content.Length, line.Length - content.Length);
            start = end;
        }
        return redacted.ToString();
    }

    /// <summary>One line without its end. What an earlier line left unfinished is carried in and out.</summary>
    internal string RedactLine(string line, ref Unfinished unfinished)
    {
        foreach (string secret in secrets)
            line = line.Replace(secret, Masked, StringComparison.Ordinal);
        if (unfinished.Lines > 0)
        {
            int end = line.LastIndexOf(unfinished.Until!, StringComparison.Ordinal);
            unfinished = unfinished with { Lines = end < 0 ? unfinished.Lines - 1 : 0 };
            return end < 0 ? Masked : Masked + RedactLine(line[end..], ref unfinished);
        }
        return HideAccessPointKey(HideBehindPassword(line, ref unfinished));
    }

    /// <summary>A line that breaks off: an end that may be the beginning of a known secret goes too.</summary>
    internal string RedactOpenLine(string line, Unfinished unfinished)
    {
        foreach (string secret in secrets)
        {
            int length = Math.Min(secret.Length - 1, line.Length);
            while (length > 0 && !line.EndsWith(secret[..length], StringComparison.Ordinal))
                length--;
            line = line[..^length];
        }
        return RedactLine(line, ref unfinished);
    }

    private static string HideBehindPassword(string line, ref Unfinished unfinished)
    {
        int word = FirstOf(line, "pass", "psk", "pwd");
        if (word < 0)
            return line;
        int behind = word;
        while (behind < line.Length && (char.IsAsciiLetterOrDigit(line[behind]) || line[behind] == '_'))
            behind++;
        int value = behind;
        while (value < line.Length && line[value] is ' ' or '\t' or ':' or '=' or '"' or '[')
            value++;
        bool bracketed = line.AsSpan(behind, value - behind).Contains('[');
        if (bracketed && !line.TrimEnd().EndsWith(']'))
            unfinished = new Unfinished("]", LinesToLookFor);
        else if (line.AsSpan(word).StartsWith("pass ", StringComparison.OrdinalIgnoreCase) && word >= 5 && line.AsSpan(word - 5, 5).SequenceEqual("mqtt_"))
            unfinished = new Unfinished("mqtt_clientID", LinesToLookFor);
        if (value >= line.Length)
            return line;
        return line[..value] + Masked + (bracketed && unfinished.Lines == 0 ? "]" : "");
    }

    private static string HideAccessPointKey(string line)
    {
        int key = line.IndexOf(" key:", StringComparison.OrdinalIgnoreCase);
        if (key < 0)
            return line;
        int value = key + " key:".Length;
        int end = line.LastIndexOf(" mode:", StringComparison.Ordinal);
        if (end < value)
            end = line.Length;
        return line[value..end].Trim().Length == 0 ? line : line[..value] + Masked + line[end..];
    }

    private static int FirstOf(string line, params ReadOnlySpan<string> words)
    {
        int first = -1;
        foreach (string word in words)
        {
            int at = line.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            if (at >= 0 && (first < 0 || at < first))
                first = at;
        }
        return first;
    }

    /// <summary>A password that broke off: what ends it, and how many more lines to look for that.</summary>
    internal readonly record struct Unfinished(string? Until, int Lines);
}

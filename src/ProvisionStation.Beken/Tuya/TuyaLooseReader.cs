using System.Buffers;
using System.Text.Json.Nodes;

namespace ProvisionStation.Beken.Tuya;

/// <summary>Reads loose JSON: words are runs of characters other than <c>{ } [ ] : ,</c>, and a comma may stand before a closing bracket.</summary>
internal sealed class TuyaLooseReader(string text)
{
    private static readonly SearchValues<char> Signs = SearchValues.Create("{}[]:,");

    private int at;

    /// <summary>The whole text as one object; null where its brackets, colons or commas do not fit.</summary>
    /// <param name="fields">Takes the outer object's keys and values as stored.</param>
    /// <param name="repeated">Takes the outer object's keys that occur again.</param>
    public JsonObject? Read(List<KeyValuePair<string, string>> fields, List<string> repeated)
    {
        at = 0;
        JsonObject? root = Object(1, fields, repeated);
        return root is not null && text.AsSpan(at).Trim().IsEmpty ? root : null;
    }

    private JsonObject? Object(int depth, List<KeyValuePair<string, string>>? fields = null, List<string>? repeated = null)
    {
        if (depth > TuyaText.MostDepth || !Take('{'))
            return null;
        JsonObject found = [];
        while (!Take('}'))
        {
            string key = Word();
            if (key.Length == 0 || !Take(':'))
                return null;
            int start = at;
            if (Value(depth) is not { } value)
                return null;
            fields?.Add(new(key, value is JsonValue ? value.ToString() : text[start..at]));
            if (!found.TryAdd(key, value))
                repeated?.Add(key);
            if (!Take(',') && !Sees('}'))
                return null;
        }

        return found;
    }

    private JsonArray? List(int depth)
    {
        if (depth > TuyaText.MostDepth || !Take('['))
            return null;
        JsonArray found = [];
        while (!Take(']'))
        {
            if (Value(depth) is not { } value)
                return null;
            found.Add(value);
            if (!Take(',') && !Sees(']'))
                return null;
        }

        return found;
    }

    private JsonNode? Value(int depth)
    {
        if (Sees('{'))
            return Object(depth + 1);
        return Sees('[') ? List(depth + 1) : TuyaText.Token(Word());
    }

    private string Word()
    {
        int length = text.AsSpan(at).IndexOfAny(Signs);
        string word = length < 0 ? text[at..] : text.Substring(at, length);
        at += word.Length;
        word = word.Trim();
        return word is ['"', .., '"'] ? word[1..^1] : word;
    }

    private bool Sees(char sign) => at < text.Length && text[at] == sign;

    private bool Take(char sign)
    {
        if (!Sees(sign))
            return false;
        at++;
        return true;
    }
}

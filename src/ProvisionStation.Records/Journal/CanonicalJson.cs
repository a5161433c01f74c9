using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProvisionStation.Records.Journal;

/// <summary>The one way a value is written before it is hashed, so that anyone can write it again.</summary>
/// <remarks>
/// Keys in ordinal order, no whitespace, whole numbers in decimal, nothing but ASCII: byte for byte what Python's
/// <c>json.dumps(value, sort_keys=True, separators=(",", ":"))</c> prints. (Its order is by code
/// point, ours by UTF-16 unit; our keys are ASCII.)
/// Numbers with a fraction do not occur: they are given as text, see <see cref="Number"/>.
/// </remarks>
internal static class CanonicalJson
{
    /// <summary>SHA-256 of the canonical form, lower-case hex.</summary>
    public static string Sha256Of(JsonNode node) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(TextOf(node))));

    /// <summary>The canonical form.</summary>
    public static string TextOf(JsonNode? node)
    {
        StringBuilder text = new();
        Write(text, node);
        return text.ToString();
    }

    /// <summary>A measured number as text: the shortest decimal that reads back to the same double; <c>NaN</c>, <c>Infinity</c> and
    /// <c>-Infinity</c> as such.</summary>
    public static string? Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    private static void Write(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                WriteList(text, '{', '}', members.OrderBy(member => member.Key, StringComparer.Ordinal), member =>
                {
                    WriteText(text, member.Key);
                    text.Append(':');
                    Write(text, member.Value);
                });
                break;
            case JsonArray items:
                WriteList(text, '[', ']', items, item => Write(text, item));
                break;
            case var value when value.GetValueKind() == JsonValueKind.String:
                WriteText(text, value.GetValue<string>());
                break;
            default:
                text.Append(node.GetValue<long>().ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteList<T>(StringBuilder text, char open, char close, IEnumerable<T> items, Action<T> write)
    {
        text.Append(open);
        bool isFirst = true;
        foreach (T item in items)
        {
            if (!isFirst)
                text.Append(',');
            isFirst = false;
            write(item);
        }

        text.Append(close);
    }

    private static void WriteText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char unit in value)
        {
            _ = unit switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or > '~' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => text.Append(unit),
            };
        }

        text.Append('"');
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProvisionStation.Beken.Tuya;

/// <summary>The text of <c>user_param_key</c>, or another value of the vendor's, as JSON.</summary>
/// <remarks>
/// Some texts are strict JSON; most are loose: nothing quoted, a comma before the closing brace. In a loose text a word that is 0 or a decimal
/// number without leading zero is a number, everything else a string; so bare true and false are strings, as bk7231tools reads them.
/// </remarks>
internal sealed class TuyaText
{
    /// <summary>How deep objects and lists may nest.</summary>
    public const int MostDepth = 16;

    private TuyaText(JsonObject root, List<KeyValuePair<string, string>> fields, List<string> repeated, TuyaCrc crc)
    {
        (Root, Fields, Repeated, Crc) = (root, fields, repeated, crc);
        AsStored = root.ToJsonString();
        TuyaOldForm.Flatten(root);
    }

    /// <summary>The object as strict JSON, before keys of today were added to an old nested one.</summary>
    public string AsStored { get; }

    /// <summary>The object; of a key that occurs twice the first value. An old nested text also has the keys of today.</summary>
    public JsonObject Root { get; }

    /// <summary>The outer object's keys and values as stored, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    /// <summary>Keys of the outer object that occur more than once.</summary>
    public IReadOnlyList<string> Repeated { get; }

    /// <summary>What its own checksum says.</summary>
    public TuyaCrc Crc { get; }

    /// <summary>Reads a text; null where it is none: other than printable ASCII before the first NUL, or not one object.</summary>
    /// <param name="value">The value's bytes.</param>
    /// <param name="isAnyText">True to take any byte behind ASCII too, as network names hold them.</param>
    public static TuyaText? Read(ReadOnlySpan<byte> value, bool isAnyText = false)
    {
        int end = value.IndexOf((byte)0);
        ReadOnlySpan<byte> content = (end < 0 ? value : value[..end]).TrimEnd((byte)0xFF);
        if (content.Length < 2 || content[0] != '{' || content.ContainsAnyExceptInRange((byte)' ', isAnyText ? (byte)0xFF : (byte)'~'))
            return null;
        string text = Encoding.Latin1.GetString(content);
        List<KeyValuePair<string, string>> fields = [];
        List<string> repeated = [];
        JsonObject? root = (text.Contains('"', StringComparison.Ordinal) ? ReadStrict(text, fields, repeated) : null)
            ?? new TuyaLooseReader(text).Read(fields, repeated);
        return root is null ? null : new TuyaText(root, fields, repeated, TuyaTextCrc.Judge(text, root));
    }

    /// <summary>The number of a field; null where it has none or is none.</summary>
    public int? Number(string field) =>
        Root.TryGetPropertyValue(field, out JsonNode? node) && node is JsonValue value && value.TryGetValue(out long number)
            && number is >= int.MinValue and <= int.MaxValue ? (int)number : null;

    /// <summary>The text or number of a field; null where it has none.</summary>
    public string? Word(string field) => Root.TryGetPropertyValue(field, out JsonNode? node) && node is JsonValue value ? value.ToString() : null;

    /// <summary>A word of a loose text as a node: a number where it is one without leading zero.</summary>
    internal static JsonNode Token(string word)
    {
        bool isNumber = word.Length is > 0 and <= 18 && !word.AsSpan().ContainsAnyExceptInRange('0', '9') && (word[0] != '0' || word.Length == 1);
        return isNumber ? JsonValue.Create(long.Parse(word, CultureInfo.InvariantCulture)) : JsonValue.Create(word);
    }

    private static JsonObject? ReadStrict(string text, List<KeyValuePair<string, string>> fields, List<string> repeated)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MostDepth });
            JsonObject root = [];
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                string stored = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
                fields.Add(new(property.Name, stored));
                if (!root.TryAdd(property.Name, Copy(property.Value)))
                    repeated.Add(property.Name);
            }

            return root;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Quoted in places, but no strict JSON: the loose reader has the last word.
            fields.Clear();
            repeated.Clear();
            return null;
        }
    }

    /// <summary>A copy that, unlike the library's own, bears a key that occurs twice.</summary>
    private static JsonNode? Copy(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                JsonObject copy = [];
                foreach (JsonProperty property in element.EnumerateObject())
                    copy.TryAdd(property.Name, Copy(property.Value));
                return copy;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Copy)]);
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}

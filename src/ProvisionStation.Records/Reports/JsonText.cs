using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProvisionStation.Records.Reports;

/// <summary>JSON as people and scripts read it: text stays as it is, but for what JSON, HTML or a terminal would take for something else.</summary>
public static class JsonText
{
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Indented = new(OneLine) { WriteIndented = true };

    /// <summary>On one line, for <c>--json</c>.</summary>
    public static string Line(JsonNode node) => Escaped(node.ToJsonString(OneLine));

    /// <summary>Indented, for a file.</summary>
    public static string Document(JsonNode node) => Escaped(node.ToJsonString(Indented));

    /// <summary>Escapes what ends an HTML script element or turns the direction of a line. JSON itself has none of it outside of texts.</summary>
    private static string Escaped(string json)
    {
        StringBuilder text = new(json.Length);
        foreach (char unit in json)
        {
            if (unit is '<' or '>' or '&' || char.GetUnicodeCategory(unit) is UnicodeCategory.Format)
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
            else
                text.Append(unit);
        }

        return text.ToString();
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ProvisionStation.Tests.Records;

/// <summary>As much of JSON Schema as the published report form uses; a word it does not know fails the test.</summary>
internal sealed class SchemaCheck(JsonObject schema)
{
    private static readonly HashSet<string> Told = ["$schema", "$id", "$defs", "title", "description"];

    /// <summary>Where and why a document does not fit; empty where it does.</summary>
    public IReadOnlyList<string> Problems(JsonNode? document)
    {
        List<string> problems = [];
        Check(schema, document, "$", problems);
        return problems;
    }

    private void Check(JsonObject rule, JsonNode? node, string at, List<string> problems)
    {
        foreach ((string word, JsonNode? value) in rule)
        {
            string? problem = word switch
            {
                _ when Told.Contains(word) => null,
                "$ref" => Follow(value!, node, at, problems),
                "type" => Types(value!).Contains(TypeOf(node)) || (TypeOf(node) == "integer" && Types(value!).Contains("number")) ? null : $"is {TypeOf(node)}",
                "const" => JsonNode.DeepEquals(value, node) ? null : $"is not {value}",
                "enum" => value!.AsArray().Any(one => JsonNode.DeepEquals(one, node)) ? null : $"is {node}",
                "pattern" => node is null || Regex.IsMatch(node.GetValue<string>(), value!.GetValue<string>()) ? null : $"is {node}",
                "minimum" => node is null || node.AsValue().Deserialize<double>() >= value!.AsValue().Deserialize<double>() ? null : $"is {node}",
                "required" => string.Join(", ", value!.AsArray().Select(one => one!.GetValue<string>()).Where(name => node is JsonObject json && !json.ContainsKey(name))) is { Length: > 0 } missing ? $"has no {missing}" : null,
                "properties" => Members(value!.AsObject(), node, at, problems),
                "additionalProperties" => Others(rule, value!, node, at, problems),
                "items" => Items(value!.AsObject(), node, at, problems),
                _ => $"the check does not know '{word}'",
            };
            if (problem is not null)
                problems.Add($"{at} {problem}");
        }
    }

    private string? Follow(JsonNode reference, JsonNode? node, string at, List<string> problems)
    {
        string name = reference.GetValue<string>().Replace("#/$defs/", "", StringComparison.Ordinal);
        Check(schema["$defs"]![name]!.AsObject(), node, at, problems);
        return null;
    }

    private string? Members(JsonObject rules, JsonNode? node, string at, List<string> problems)
    {
        foreach ((string name, JsonNode? rule) in rules)
        {
            if (node is JsonObject json && json.ContainsKey(name))
                Check(rule!.AsObject(), json[name], $"{at}.{name}", problems);
        }

        return null;
    }

    private string? Others(JsonObject rule, JsonNode allowed, JsonNode? node, string at, List<string> problems)
    {
        if (node is not JsonObject json)
            return null;
        JsonObject known = rule["properties"]?.AsObject() ?? [];
        foreach ((string name, JsonNode? value) in json.Where(member => !known.ContainsKey(member.Key)))
        {
            if (allowed is JsonObject other)
                Check(other, value, $"{at}.{name}", problems);
            else
                problems.Add($"{at} has the unknown {name}");
        }

        return null;
    }

    private string? Items(JsonObject rule, JsonNode? node, string at, List<string> problems)
    {
        if (node is JsonArray items)
        {
            for (int i = 0; i < items.Count; i++)
                Check(rule, items[i], $"{at}[{i}]", problems);
        }

        return null;
    }

    private static IEnumerable<string> Types(JsonNode value) => value is JsonArray many ? many.Select(one => one!.GetValue<string>()) : [value.GetValue<string>()];

    private static string TypeOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => node.ToJsonString().Contains('.', StringComparison.Ordinal) ? "number" : "integer",
    };
}

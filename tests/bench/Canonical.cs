using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProvisionStation.Speed;

/// <summary>Canonical JSON and its hash, written from docs/ledger.md and not from the product's code. Plain ASCII texts only.</summary>
internal static class Canonical
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Text(JsonNode? node) => node switch
    {
        JsonObject members => $"{{{string.Join(',', members.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"\"{one.Key}\":{Text(one.Value)}"))}}}",
        JsonArray items => $"[{string.Join(',', items.Select(Text))}]",
        null => "null",
        _ => node.ToJsonString(Plain),
    };

    public static string Hash(JsonNode node) => Hash(Text(node));

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Some members of an object, as they are.</summary>
    public static JsonObject Pick(JsonNode from, string names) =>
        new(names.Split(' ').Select(name => KeyValuePair.Create(name, from[name]?.DeepClone())));

    /// <summary>A list of objects with some of their members.</summary>
    public static string HashList(JsonNode items, Func<JsonNode, JsonObject> form) => Hash(new JsonArray([.. items.AsArray().Select(one => form(one!))]));

    /// <summary>A step, whose measured numbers are hashed as the text that the report prints.</summary>
    public static JsonObject Step(JsonNode step)
    {
        JsonObject form = Pick(step, "step verdict reason attempts startedAt durationTicks detail");
        form["measurements"] = new JsonArray([.. step["measurements"]!.AsArray().Select(one => Measurement(one!))]);
        return form;
    }

    private static JsonObject Measurement(JsonNode one)
    {
        JsonObject form = Pick(one, "name unit samples note");
        foreach (string number in new[] { "value", "low", "high", "nominalLow", "nominalHigh", "samplesPerSecond" })
            form[number] = one[number]?.ToJsonString();
        return form;
    }
}

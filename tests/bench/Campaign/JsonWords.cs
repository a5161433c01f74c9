using System.Text.Json;

namespace ProvisionStation.Speed.Campaign;

/// <summary>Reading the station's JSON without ado.</summary>
internal static class JsonWords
{
    /// <summary>A text member; null where it is absent or null.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A whole number; 0 where it is absent or null.</summary>
    public static int Number(this JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : 0;

    /// <summary>True where a text member is this word.</summary>
    public static bool Is(this JsonElement json, string name, string word) => json.Text(name) == word;

    /// <summary>True where a member is true.</summary>
    public static bool Flag(this JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
}

using System.Text.Json;

namespace ProvisionStation.Bench.Tests.Support;

internal static class Json
{
    public static bool Is(this JsonElement json, string name, string value) =>
        json.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.String && found.GetString() == value;

    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
}

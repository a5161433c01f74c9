using System.Text.Json;

namespace ProvisionStation.Beken.Obk;

/// <summary>Device templates in the form of OpenBeken's public <c>devices.json</c>.</summary>
/// <remarks>
/// <c>{"devices":[{"vendor","name","model","chip","board","pins":{"26":"Rel;1"},"command","flags"}]}</c>, a list of such objects, or one of them.
/// Source: OpenBekenIOT/webapp, devices.json, schema.json and templateParser.js.
/// </remarks>
public static class DeviceTemplates
{
    private const long MostBytes = 16 << 20;
    private const int MostDevices = 100_000;
    private const int MostShown = 8;

    /// <summary>Reads all templates of a file; those that cannot be used say why.</summary>
    /// <exception cref="ObkException">The file cannot be read, or holds no templates.</exception>
    public static IReadOnlyList<DeviceTemplate> Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        FileInfo file = new(path);
        if (!file.Exists)
            throw new ObkException($"there is no template file {path}", "give a file in the form of OpenBeken's devices.json");
        if (file.Length is 0 or > MostBytes)
            throw new ObkException($"the template file {path} has {file.Length} bytes", $"1 to {MostBytes} bytes are read");
        try
        {
            return Read(File.ReadAllBytes(path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ObkException($"the template file {path} cannot be read: {problem.Message}", "give a file that you may read");
        }
    }

    /// <summary>Reads templates from JSON in UTF-8.</summary>
    /// <exception cref="ObkException">It is no JSON, or holds no templates.</exception>
    public static IReadOnlyList<DeviceTemplate> Read(ReadOnlyMemory<byte> json)
    {
        ReadOnlyMemory<byte> text = json.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? json[3..] : json;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            List<JsonElement> devices = Devices(document.RootElement);
            return [.. devices.Select((device, index) => DeviceTemplateReader.Read(device, index + 1))];
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            // A text with half a surrogate pair is found only when it is read.
            throw new ObkException("the templates are no JSON: " + problem.Message.Split('\n')[0], "give a file in the form of OpenBeken's devices.json");
        }
    }

    /// <summary>The one template of a name.</summary>
    /// <param name="all">From <see cref="Load"/>.</param>
    /// <param name="name">Name, model, vendor and name, vendor and name and model, or the place in the file as <c>#17</c>. Case and blanks around do not count.</param>
    /// <exception cref="ObkException">There is none, there are several that differ, or it cannot be used.</exception>
    public static DeviceTemplate Find(IReadOnlyList<DeviceTemplate> all, string name)
    {
        ArgumentNullException.ThrowIfNull(all);
        ArgumentNullException.ThrowIfNull(name);
        string wanted = name.Trim();
        List<DeviceTemplate> found = [.. all.Where(template => Names(template).Contains(wanted, StringComparer.OrdinalIgnoreCase))];
        if (found.Count == 0)
            throw new ObkException($"there is no template '{Shown(wanted)}'", Similar(all, wanted));
        if (found.Skip(1).Any(other => !SameDevice(found[0], other)))
            throw new ObkException($"{found.Count} templates are called '{Shown(wanted)}' and differ", "name one of " + List(found));
        DeviceTemplate template = found[0];
        return template.Problems.Count == 0
            ? template
            : throw new ObkException($"the template '{Shown(template.Name)}' cannot be used: {string.Join("; ", template.Problems)}", "correct it in a copy of the file, or write the pins out");
    }

    /// <summary>The chip of a template's <c>chip</c>, also under the names it is sold by.</summary>
    internal static ChipModel ChipOf(string? name) => name?.Trim().ToUpperInvariant() switch
    {
        // T34 and BL2028N are an N in another package (fact of the public database).
        "BK7231N" or "T34" or "BL2028N" => ChipModel.BK7231N,
        "BK7231M" => ChipModel.BK7231M,
        "BK7231T" or "BK7231S" => ChipModel.BK7231T,
        "BK7231U" => ChipModel.BK7231U,
        "BK7238" => ChipModel.BK7238,
        "BK7252" => ChipModel.BK7252,
        "BK7252N" => ChipModel.BK7252N,
        _ => ChipModel.Unknown,
    };

    private static List<JsonElement> Devices(JsonElement root)
    {
        JsonElement list = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("devices", out JsonElement devices) ? devices : root;
        if (list.ValueKind == JsonValueKind.Object && list.TryGetProperty("pins", out _))
            return [list];
        if (list.ValueKind != JsonValueKind.Array)
            throw new ObkException("the file holds no templates", "give a file in the form of OpenBeken's devices.json, or one object with 'pins'");
        int count = list.GetArrayLength();
        return count <= MostDevices
            ? [.. list.EnumerateArray()]
            : throw new ObkException($"the file holds {count} templates", $"at most {MostDevices} are read");
    }

    private static string[] Names(DeviceTemplate template) =>
    [
        template.Name, template.Model, $"{template.Vendor} {template.Name}", $"{template.Name} {template.Model}", $"{template.Vendor} {template.Model}",
        $"{template.Vendor} {template.Name} {template.Model}", $"#{template.Number}",
    ];

    private static bool SameDevice(DeviceTemplate one, DeviceTemplate other) =>
        one.ChipModel == other.ChipModel && one.Startup == other.Startup && one.Flags.SequenceEqual(other.Flags) && one.Problems.SequenceEqual(other.Problems)
        && one.Pins.OrderBy(pin => pin.Key).SequenceEqual(other.Pins.OrderBy(pin => pin.Key));

    private static string Similar(IReadOnlyList<DeviceTemplate> all, string wanted)
    {
        List<DeviceTemplate> similar = wanted.Length < 3
            ? []
            : [.. all.Where(template => Names(template).Any(name => name.Contains(wanted, StringComparison.OrdinalIgnoreCase)))];
        return similar.Count == 0 ? "give a name, a model or a place such as #17" : "similar are " + List(similar);
    }

    private static string List(List<DeviceTemplate> templates) =>
        string.Join(", ", templates.Take(MostShown).Select(template => Shown($"#{template.Number} {template.Vendor} {template.Name} {template.Model}".TrimEnd()) + $" ({template.Chip ?? "no chip"})"))
        + (templates.Count > MostShown ? $" and {templates.Count - MostShown} more" : "");

    private static string Shown(string text)
    {
        string plain = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return plain.Length <= 80 ? plain : plain[..80] + "…";
    }
}

using System.Text.Json.Nodes;
using ProvisionStation.Tests.House;

namespace ProvisionStation.Tests.Tuya;

/// <summary>A store with what must come out of it. Origin: tests/vectors/tuya/README.md and, for dumps of real units, the folder beside the checkout.</summary>
public sealed class TuyaVector
{
    private const int FlashBytes = 0x200000;

    private TuyaVector(string name, byte[] part, JsonObject about)
    {
        (Name, Part, About) = (name, part, about);
        Flash = new byte[FlashBytes];
        Flash.AsSpan().Fill(0xFF);
        part.CopyTo(Flash, FlashOffset);
    }

    public string Name { get; }

    /// <summary>The bytes of the store alone.</summary>
    public byte[] Part { get; }

    public JsonObject About { get; }

    /// <summary>A whole flash of 0xFF with the store in its place.</summary>
    public byte[] Flash { get; }

    public int FlashOffset => About["bin_flash_offset"]!.GetValue<int>();

    public JsonArray Pins => About["obk_pins_station"] as JsonArray ?? [];

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Tree.In("tests/vectors/tuya"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order();

    public static TuyaVector Load(string name) => Load(Tree.In("tests/vectors/tuya"), name);

    /// <summary>Vectors made of real dumps may not be copied; null where the folder beside the checkout is not there.</summary>
    public static string? DerivedFolder()
    {
        for (DirectoryInfo? folder = new(Tree.In(".")); folder is not null; folder = folder.Parent)
        {
            string beside = Path.Combine(folder.FullName, "shared", "facts", "vectors", "tuya");
            if (Directory.Exists(beside))
                return beside;
        }

        return null;
    }

    public static TuyaVector Load(string folder, string name) => new(
        name, File.ReadAllBytes(Path.Combine(folder, $"{name}.bin")),
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, $"{name}.json")))!.AsObject());

    public string? Text(string field) => About[field]?.GetValue<string>();

    public int? Number(string field) => About[field]?.GetValue<int>();
}

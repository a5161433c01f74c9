using System.Text.Json.Nodes;
using ProvisionStation.Beken;

namespace ProvisionStation.Tests.Obk;

/// <summary>One configuration made by the firmware's own code, with the fields that its own headers read.</summary>
public sealed class ObkVector
{
    private readonly JsonNode about;

    private ObkVector(byte[] bytes, JsonNode about)
    {
        Bytes = bytes;
        this.about = about;
    }

    /// <summary>The bytes of the vector with 48 pin slots.</summary>
    public static byte[] Load08 { get; } = Load("08-bk7252-layout").Bytes;

    public byte[] Bytes { get; }

    public JsonObject Expected => about["expected"]!.AsObject();

    public ChipModel Chip => Enum.Parse<ChipModel>(about["chip"]!.GetValue<string>());

    public byte[] DeviceMac => Convert.FromHexString(about["deviceMac"]!.GetValue<string>().Replace(":", "", StringComparison.Ordinal));

    public int[] FlagsSet => [.. about["flagsSet"]!.AsArray().Select(flag => flag!.GetValue<int>())];

    public static ObkVector Load(string name)
    {
        string folder = Folder();
        return new ObkVector(
            File.ReadAllBytes(Path.Combine(folder, $"obk-config-{name}.bin")),
            JsonNode.Parse(File.ReadAllText(Path.Combine(folder, $"obk-config-{name}.json")))!);
    }

    public string Text(string field) => Expected[field]!.GetValue<string>();

    internal static string Folder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string vectors = Path.Combine(folder.FullName, "tests", "vectors", "obk");
            if (Directory.Exists(vectors))
                return vectors;
        }
        throw new DirectoryNotFoundException("tests/vectors/obk is not above the test program");
    }
}

using System.Globalization;
using System.Text.Json;
using ProvisionStation.Bench;
using ProvisionStation.Bench.Jigs;

namespace ProvisionStation.Tests.House;

/// <summary>The published schema of a jig and the program's reader know the same fields, words and ends of ranges. The reader is asked, not
/// its source: what it says is allowed, and what it takes.</summary>
public sealed class JigSchemaTests : IDisposable
{
    private const string Everything = """
        jig: everything
        revision: 1
        supply: 3V3
        presence: operator
        presence_interval: 3
        instruments:
          psu: {driver: scpi, address: "tcp://192.0.2.10:5025", setup: ["A"], on: "B{channel}", off: "C{channel}", measure: "D{channel}", limited: "E{channel}"}
        slots:
          - {slot: 1, port: /dev/a, log: /dev/b, power: {use: psu, channel: 1}, meter: {use: psu, channel: 2}, reset: {driver: rts, active: low}}
          - {slot: 2, port: /dev/c, power: {driver: exec, on: [a], off: [b]}, meter: {driver: exec, measure: [c]}}
          - {slot: 4, port: /dev/e, power: {driver: rts, active: low}}

        """;

    private const string Manual = "  - {slot: 3, port: /dev/d, power: {driver: manual}}\n";

    private static readonly string[] Pages = ["", "$defs/instrument", "$defs/slot"];

    private static readonly string[] Words =
        ["3V3", "5V", "3v3", "5v", "12V", "link", "operator", "input", "LINK", "scpi", "SCPI", "rts", "dtr", "RTS", "low", "high", "Low", "exec", "none"];

    private readonly string _folder = Directory.CreateTempSubdirectory("jig-schema").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("jig: everything", "")]
    [InlineData("{driver: scpi", "$defs/instrument")]
    [InlineData("{slot: 1", "$defs/slot")]
    [InlineData("power: {use", "$defs/use")]
    [InlineData("meter: {use", "$defs/use")]
    [InlineData("power: {driver: exec", "$defs/slot/properties/power/oneOf/1")]
    [InlineData("power: {driver: manual", "$defs/slot/properties/power/oneOf/2")]
    [InlineData("power: {driver: rts", "$defs/slot/properties/power/oneOf/3")]
    [InlineData("meter: {driver: exec", "$defs/slot/properties/meter/oneOf/1")]
    [InlineData("reset: {driver: rts", "$defs/slot/properties/reset")]
    public void Schema_and_reader_know_the_same_fields(string section, string path)
    {
        string other = section.Contains('{', StringComparison.Ordinal)
            ? section.Replace("{", "{unknown: 1, ", StringComparison.Ordinal)
            : "unknown: 1\n" + section;
        string allowed = Refused(Everything + Manual, section, other).Remedy;
        Assert.StartsWith("allowed here: ", allowed, StringComparison.Ordinal);
        Assert.Equal(Fields(path).Order(), allowed["allowed here: ".Length..].Split(", ").Order());
    }

    [Theory]
    [InlineData("supply: 3V3", "properties/supply")]
    [InlineData("presence: operator", "properties/presence")]
    [InlineData("psu: {driver: scpi", "$defs/instrument/properties/driver")]
    [InlineData("power: {driver: rts", "$defs/slot/properties/power/oneOf/3/properties/driver")]
    [InlineData("power: {driver: rts, active: low", "$defs/slot/properties/power/oneOf/3/properties/active")]
    [InlineData("reset: {driver: rts", "$defs/slot/properties/reset/properties/driver")]
    [InlineData("reset: {driver: rts, active: low", "$defs/slot/properties/reset/properties/active")]
    public void Schema_and_reader_take_the_same_words(string field, string path)
    {
        JsonElement schema = Schema(path);
        string[] inSchema = schema.TryGetProperty("enum", out JsonElement words)
            ? [.. words.EnumerateArray().Select(word => word.GetString()!)]
            : [schema.GetProperty("const").GetString()!];
        string before = field[..(field.LastIndexOf(' ') + 1)];
        Assert.Equal(inSchema.Order(), Words.Where(word => IsTaken(field, before + word)).Order());
    }

    [Theory]
    [InlineData("revision: 1", "properties/revision")]
    [InlineData("presence_interval: 3", "properties/presence_interval")]
    [InlineData("slot: 1", "$defs/slot/properties/slot")]
    [InlineData("use: psu, channel: 1", "$defs/use/properties/channel")]
    public void Schema_and_reader_agree_on_both_ends_of_a_range(string field, string path)
    {
        double least = Schema(path).GetProperty("minimum").GetDouble();
        double most = Schema(path).GetProperty("maximum").GetDouble();
        double step = Schema(path).GetProperty("type").GetString() == "integer" ? 1 : 0.01;
        string before = field[..(field.LastIndexOf(' ') + 1)];
        foreach ((double number, bool isInside) in new[] { (least - step, false), (least, true), (most, true), (most + step, false) })
            Assert.Equal(isInside, IsTaken(field, before + number.ToString("0.##", CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("jig: everything", "properties/jig")]
    [InlineData("port: /dev/a", "$defs/path")]
    [InlineData("address: \"tcp://192.0.2.10:5025\"", "$defs/instrument/properties/address")]
    [InlineData("limited: \"E{channel}\"", "$defs/command")]
    public void Schema_and_reader_agree_on_the_longest_text(string field, string path)
    {
        int most = Schema(path).GetProperty("maxLength").GetInt32();
        bool isAddress = field.StartsWith("address", StringComparison.Ordinal);
        string start = isAddress ? "serial:///dev/" : field.Contains("channel", StringComparison.Ordinal) ? "{channel}" : "/";
        string name = field[..(field.IndexOf(' ', StringComparison.Ordinal) + 1)];
        Assert.True(IsTaken(field, $"{name}\"{start.PadRight(most, 'x')}\""));
        Assert.False(IsTaken(field, $"{name}\"{start.PadRight(most + 1, 'x')}\""));
    }

    [Fact]
    public void A_jig_with_every_field_loads()
    {
        string file = Path.Combine(_folder, "jig.yaml");
        File.WriteAllText(file, Everything + Manual);
        Assert.Equal(4, JigFile.Load(file).Slots.Count);
    }

    [Fact]
    public void The_page_about_jigs_names_every_field()
    {
        string page = Tree.Read("docs/jigs.md");
        foreach (string field in Pages.SelectMany(Fields))
            Assert.Contains($"`{field}`", page, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Fields(string path) => Schema(path).GetProperty("properties").EnumerateObject().Select(field => field.Name);

    private static JsonElement Schema(string path)
    {
        JsonElement at = JsonDocument.Parse(Tree.Read("config/schema/jig.schema.json")).RootElement;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
            at = at.ValueKind == JsonValueKind.Array ? at[int.Parse(part, CultureInfo.InvariantCulture)] : at.GetProperty(part);
        return at;
    }

    private bool IsTaken(string right, string other)
    {
        try
        {
            Load(Everything, right, other);
            return true;
        }
        catch (ConfigurationException)
        {
            return false;
        }
    }

    private ConfigurationException Refused(string text, string right, string other) =>
        Assert.Throws<ConfigurationException>(() => Load(text, right, other));

    private Jig Load(string text, string right, string other)
    {
        Assert.Contains(right, text, StringComparison.Ordinal);
        string file = Path.Combine(_folder, "jig.yaml");
        int at = text.IndexOf(right, StringComparison.Ordinal);
        File.WriteAllText(file, text[..at] + other + text[(at + right.Length)..]);
        return JigFile.Load(file);
    }
}

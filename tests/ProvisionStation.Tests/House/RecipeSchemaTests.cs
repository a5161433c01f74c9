using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Tests.House;

/// <summary>The published schema and the program's reader know the same fields and the same ends of every range.</summary>
public sealed partial class RecipeSchemaTests : IDisposable
{
    private const string Everything = """
        recipe: everything
        revision: 1
        product: {name: Plug, module: CB2S, chip: BK7231N, supply: 3V3}
        image: {file: image.bin, sha256: 0000000000000000000000000000000000000000000000000000000000000000, version: 1.18.299}
        steps: [power, link, identify, backup, write, verify, boot, current, log, configure, confirm]
        confirm: log
        flash: [0x1560EB]
        mac: ["C8:47:8C:12:34:56"]
        again: convert
        interrupted: hold
        link: {rates: [1500000, 115200], window: 1}
        retry: {link: 3, read: 5, write: 3}
        boot: {limit: 20, alone: 10}
        diagnose: true
        current: {nominal: [50, 80], mean: [45, 110], peak: 320, cutoff: 200, window: 3}
        config:
          pins: {26: "Rel;1"}
          flags: [10]
          wifi: {ssid: shop, password: {secret: shop-wifi}}
          mqtt: {host: broker, port: 1883, user: u, password: {secret: shop-mqtt}, client: c, group: g}
          names: {short: s, long: l}
          startup: ""
          units: {file: units.csv}
          keep: [wifi]
          same: [chip]
          wipe: vendor-store
        """;

    private const string PinsWrittenOut = "pins: {26: \"Rel;1\"}";

    /// <summary>Fields that exclude each other stand in recipes of their own.</summary>
    private static readonly string[] EveryField =
    [
        Everything,
        Everything.Replace(PinsWrittenOut, "from: template\n  template: {file: devices.json, device: Plug}", StringComparison.Ordinal),
        Everything.Replace(PinsWrittenOut, "from: first-article\n  approve: [likely]\n  approved: \"P26=Rel;1\"", StringComparison.Ordinal),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("schema").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Schema_and_reader_know_the_same_fields() => Assert.Equal(InSchema().Keys.Order(), InReader().Keys.Order());

    [Fact]
    public void Schema_and_reader_agree_on_both_ends_of_every_range()
    {
        Dictionary<string, (double? Least, double? Most)> schema = InSchema();
        foreach ((string field, (double? Least, double? Most) range) in InReader().Where(pair => pair.Value.Most is not null))
            Assert.True(schema[field] == range, $"{field}: the schema says {schema[field]}, the reader {range}");
    }

    [Fact]
    public void A_recipe_with_every_field_of_the_schema_loads()
    {
        foreach (string field in InSchema().Keys)
            Assert.Contains(field.Split('.')[^1] + ":", string.Concat(EveryField), StringComparison.Ordinal);
        string file = Path.Combine(_folder, "recipe.yaml");
        foreach (string recipe in EveryField)
        {
            File.WriteAllText(file, recipe);
            Assert.Equal("everything", RecipeFile.Load(file).Name);
        }
    }

    /// <summary>Fields that a recipe leaves out are allowed no less.</summary>
    [Theory]
    [InlineData("", "unknown: 1")]
    [InlineData("config", "config:\n  unknown: 1")]
    [InlineData("config.wifi", "config:\n  wifi: {ssid: shop, unknown: 1}")]
    [InlineData("config.mqtt", "config:\n  mqtt: {host: broker, unknown: 1}")]
    [InlineData("config.names", "config:\n  names: {unknown: 1}")]
    [InlineData("link", "link: {unknown: 1}")]
    [InlineData("retry", "retry: {unknown: 1}")]
    [InlineData("boot", "boot: {unknown: 1}")]
    public void A_field_that_does_not_exist_is_told_with_all_that_do(string section, string wrong)
    {
        const string least = """
            recipe: least
            revision: 1
            product: {name: Plug, module: CB2S, chip: BK7231N, supply: 3V3}
            image: {file: image.bin}
            current: {nominal: [50, 80], mean: [45, 110], peak: 320}

            """;
        string file = Path.Combine(_folder, "recipe.yaml");
        File.WriteAllText(file, least + wrong);
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => RecipeFile.Load(file));
        using JsonDocument schema = JsonDocument.Parse(Tree.Read("config/schema/recipe.schema.json"));
        JsonElement at = section.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(schema.RootElement, (one, part) => one.GetProperty("properties").GetProperty(part));
        Assert.Equal(
            at.GetProperty("properties").EnumerateObject().Select(field => field.Name).Order(),
            error.Remedy["allowed here: ".Length..].Split(", ").Order());
    }

    [Fact]
    public void The_reference_page_names_every_field()
    {
        string page = Tree.Read("docs/recipes.md");
        foreach (string field in InSchema().Keys)
            Assert.Contains($"`{field.Replace("secret.secret", "secret", StringComparison.Ordinal)}`", page, StringComparison.Ordinal);
    }

    private static Dictionary<string, (double? Least, double? Most)> InSchema()
    {
        using JsonDocument schema = JsonDocument.Parse(Tree.Read("config/schema/recipe.schema.json"));
        Dictionary<string, (double?, double?)> fields = [];
        Collect(schema.RootElement, schema.RootElement, "", fields);
        return fields;
    }

    /// <summary>Fields as <c>section.field</c>; sections are not nested more than the reader's variables are.</summary>
    private static void Collect(JsonElement schema, JsonElement root, string section, Dictionary<string, (double?, double?)> fields)
    {
        foreach (JsonProperty property in schema.GetProperty("properties").EnumerateObject())
        {
            fields[section + property.Name] = Range(property.Value);
            if (property.Value.TryGetProperty("properties", out _))
                Collect(property.Value, root, property.Name + ".", fields);
        }

        if (section == "")
            Collect(root.GetProperty("$defs").GetProperty("password").GetProperty("oneOf")[1], root, "secret.", fields);
    }

    /// <summary>The ends of a number or of a list's numbers; the longest length of a text.</summary>
    private static (double?, double?) Range(JsonElement field)
    {
        if (field.TryGetProperty("items", out JsonElement items))
            return Range(items);
        if (field.TryGetProperty("minimum", out JsonElement least))
            return (least.GetDouble(), field.GetProperty("maximum").GetDouble());
        return field.TryGetProperty("maxLength", out JsonElement most) ? (null, most.GetDouble()) : (null, null);
    }

    /// <summary>What the reader asks its sections for: <c>variable.Method("field", least, most)</c>; a variable is named as its section.</summary>
    private static Dictionary<string, (double? Least, double? Most)> InReader()
    {
        Dictionary<string, (double?, double?)> fields = [];
        foreach (Match call in Asked().Matches(
            Tree.Read("src/ProvisionStation.Runs/Recipes/RecipeFile.cs") + Tree.Read("src/ProvisionStation.Runs/Recipes/RecipeConfigFile.cs")))
        {
            string section = call.Groups["section"].Value;
            string field = (section == "root" ? "" : section + ".") + call.Groups["field"].Value;
            string[] numbers = [.. call.Groups["number"].Captures.Select(number => number.Value.Replace("_", "", StringComparison.Ordinal))];
            (double?, double?) range = call.Groups["method"].Value switch
            {
                "Number" or "Real" when numbers.Length >= 2 => (Number(numbers[0]), Number(numbers[1])),
                "Numbers" when numbers.Length == 3 => (Number(numbers[1]), Number(numbers[2])),
                "Text" or "OptionalText" when numbers.Length == 1 => (null, Number(numbers[0])),
                _ => (null, null),
            };
            if (range != default || !fields.ContainsKey(field))
                fields[field] = range;
        }

        return fields;
    }

    private static double Number(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToInt64(text, 16) : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """
        (?:\b(?:Required|Pair|Secret)\((?<section>\w+),\s|\b(?<section>\w+)\??\.(?<method>Text|OptionalText|Number|Real|Flag|Choice|Texts|Reals|Numbers|Section|Sections)\()"(?<field>\w+)"(?:,\s(?<number>\d[\w.]*))*
        """)]
    private static partial Regex Asked();
}

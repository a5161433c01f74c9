using System.Text;
using System.Text.Json.Nodes;
using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Tests.Obk;

public sealed class DeviceTemplateTests(ITestOutputHelper output)
{
    private const string Plug = """
        {"vendor":"Acme","name":" Plug ","model":"P1","chip":"BK7231N","board":"CB2S","flags":"1025","command":"startDriver BL0937",
         "pins":{"6":"TglChanOnTgl;1","8":"WiFi_LED_n;0","24":"Btn_Tgl_All ","26":"rel;1"}}
        """;

    [Fact]
    public void A_template_becomes_pins_flags_and_a_startup_command()
    {
        DeviceTemplate template = Assert.Single(Read(Plug));
        Assert.Equal(("Acme", "Plug", "P1", "BK7231N", "CB2S"), (template.Vendor, template.Name, template.Model, template.Chip, template.Board));
        Assert.Equal("6=TglChanOnTgl;1 8=WifiLED_n;0 24=Btn_Tgl_All;0 26=Rel;1", string.Join(' ', template.Pins.Select(pin => $"{pin.Key}={pin.Value}")));
        Assert.Equal([0, 10], template.Flags);
        Assert.Equal("startDriver BL0937", template.Startup);
        Assert.Empty(template.Problems);
    }

    [Theory]
    [InlineData("\"26\":\"Buzzer;1\"", "P26: 'Buzzer' is no pin role"), InlineData("\"26\":\"Btn;1,2\"", "'1,2'"), InlineData("\"26\":\"Rel;64\"", "channel")]
    [InlineData("\"29\":\"Rel;1\"", "no pin P29"), InlineData("\"x\":\"Rel;1\"", "no pin Px"), InlineData("\"-1\":\"Rel;1\"", "no pin"), InlineData("\"26\":1", "no text"), InlineData("\"6\":\"Rel\",\"06\":\"Rel\"", "twice")]
    public void A_pin_that_cannot_be_is_a_reason_to_refuse(string pins, string reason)
    {
        DeviceTemplate template = Assert.Single(Read($$"""{"name":"X","chip":"BK7231T","pins":{ {{pins}} } }"""));
        Assert.Contains(reason, Assert.Single(template.Problems));
        Assert.Contains(reason, Assert.Throws<ObkException>(() => DeviceTemplates.Find([template], "x")).Message);
    }

    [Theory]
    [InlineData("ESP8266", ChipModel.Unknown, 1), InlineData("t34", ChipModel.BK7231N, 0), InlineData("BL2028N", ChipModel.BK7231N, 0), InlineData("BK7231M", ChipModel.BK7231M, 0)]
    [InlineData("", ChipModel.Unknown, 0)]
    public void A_chip_is_known_by_the_names_it_is_sold_by(string name, ChipModel chip, int problems)
    {
        DeviceTemplate template = Assert.Single(Read($$"""{"name":"X","chip":"{{name}}","pins":{"6":"Rel"} }"""));
        Assert.Equal((chip, problems), (template.ChipModel, template.Problems.Count));
        Assert.Equal(name.Length == 0 ? 1 : 0, template.Remarks.Count);
    }

    [Theory]
    [InlineData("\"flags\":\"\"", "10", 0), InlineData("\"flags\":1024", "10", 0), InlineData("\"flags\":\"0\"", "", 0), InlineData("\"flags\":\"2251937252643840\"", "10 12 37 51", 0)]
    [InlineData("\"flags\":\"-2147483648\"", "", 1), InlineData("\"flags\":\"x\"", "", 1), InlineData("\"flags\":{}", "", 1), InlineData("\"flags\":\"18446744073709551616\"", "", 1)]
    [InlineData("\"flags\":\"9216\"", "10", 0), InlineData("\"flag\":16", "10", 0)]
    public void Flags_are_one_whole_word(string key, string flags, int problems)
    {
        DeviceTemplate template = Assert.Single(Read($$"""{"name":"X","chip":"BK7231T","pins":{"6":"Rel"},{{key}}}"""));
        Assert.Equal((flags, problems), (string.Join(' ', template.Flags), template.Problems.Count));
        Assert.Equal(key.Contains("9216", StringComparison.Ordinal) || key.Contains("flag\"", StringComparison.Ordinal) ? 1 : 0, template.Remarks.Count);
    }

    [Fact]
    public void A_template_is_found_by_any_of_its_names_and_several_that_differ_are_listed()
    {
        string other = Plug.Replace("rel;1", "rel;2", StringComparison.Ordinal).Replace("P1", "P2", StringComparison.Ordinal);
        IReadOnlyList<DeviceTemplate> all = Read($$"""{"version":0.1,"devices":[{{Plug}},{{other}},{{Plug}}]}""");
        foreach (string name in (string[])["p1", "Acme Plug P1", "#1", " plug p1 "])
            Assert.Equal(1, DeviceTemplates.Find(all, name).Number);
        Assert.Equal(2, DeviceTemplates.Find(all, "P2").Number);
        ObkException several = Assert.Throws<ObkException>(() => DeviceTemplates.Find(all, "Plug"));
        Assert.Contains("#2 Acme Plug P2", several.Remedy);
        Assert.Contains("#1 Acme Plug P1", Assert.Throws<ObkException>(() => DeviceTemplates.Find(all, "plu")).Remedy);
        Assert.NotEmpty(Assert.Throws<ObkException>(() => DeviceTemplates.Find(all, "")).Remedy);
    }

    [Theory]
    [InlineData(""), InlineData("x"), InlineData("1"), InlineData("{}"), InlineData("{\"devices\":1}"), InlineData("{\"devices\":{}}"), InlineData("null"), InlineData("{\"name\":\"\\ud800\",\"pins\":{}}")]
    public void What_is_no_template_file_is_refused_with_a_remedy(string json) => Assert.NotEmpty(Assert.Throws<ObkException>(() => Read(json)).Remedy);

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Assert.Contains("no template file", Assert.Throws<ObkException>(() => DeviceTemplates.Load(Path.Combine(Path.GetTempPath(), "no-such-templates.json"))).Message);

    [Fact]
    public void Every_Beken_device_of_the_public_database_imports_or_says_why_not()
    {
        string? file = Beside("facts/vectors/obk-devices.json");
        Assert.SkipWhen(file is null, "the public database is not beside this checkout");
        IReadOnlyList<DeviceTemplate> all = DeviceTemplates.Load(file!);
        JsonArray raw = JsonNode.Parse(File.ReadAllBytes(file!))!["devices"]!.AsArray();
        Assert.Equal(raw.Count, all.Count);
        List<DeviceTemplate> beken = [.. all.Where(template => template.ChipModel != ChipModel.Unknown)];
        Assert.Equal(raw.Count(device => $"{device!["chip"]}".StartsWith("BK7", StringComparison.Ordinal) || $"{device!["chip"]}" is "T34" or "BL2028N"), beken.Count);
        Assert.DoesNotContain(all, template => template.Chip is not null && template.ChipModel == ChipModel.Unknown && template.Problems.Count == 0);
        foreach (DeviceTemplate template in beken)
        {
            JsonObject pins = raw[template.Number - 1]!["pins"] as JsonObject ?? [];
            if (template.Problems.Count > 0)
                output.WriteLine($"#{template.Number} {template.Name}: {string.Join("; ", template.Problems)}");
            else
                Assert.Equal(pins.Count, template.Pins.Count);
            ObkConfig config = ObkConfig.Default(template.ChipModel, [1, 2, 3, 4, 5, 6]);
            foreach ((int pin, ObkPin role) in template.Pins)
                config.SetPin(pin, role);
            foreach (int flag in template.Flags)
                config.SetFlag(flag);
            config.StartupCommand = template.Startup ?? "";
            Assert.Empty(ObkConfigCodec.Complete(config));
        }

        // Buzzer twice, SCL with SDA, Btnl, a channel '1,2' and a negative flag word: no others are refused.
        Assert.Equal(6, beken.Count(template => template.Problems.Count > 0));
    }

    private static IReadOnlyList<DeviceTemplate> Read(string json) => DeviceTemplates.Read(Encoding.UTF8.GetBytes(json));

    private static string? Beside(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ProvisionStation.sln")))
                return FirstExisting(Path.Combine(folder.FullName, "..", "shared", path), Path.Combine(folder.FullName, "..", "..", "shared", path));
        }

        return null;
    }

    private static string? FirstExisting(params string[] files) => files.FirstOrDefault(File.Exists);
}

using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>What one unit is told, from the recipe, a template, its row, its own pins and what it already had.</summary>
public sealed class UnitConfigurationTests : IDisposable
{
    private static readonly byte[] Mac = [0x18, 0xDE, 0x50, 0x19, 0xF0, 0xBE];
    private readonly string _folder = Directory.CreateTempSubdirectory("unit").FullName;

    public UnitConfigurationTests() => File.WriteAllBytes(Path.Combine(_folder, "image.bin"), ImageBuilder.Qio("BK7231N"));

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void A_unit_gets_its_own_pins_where_the_recipe_asks_for_them()
    {
        LoadedRecipe work = Load("from: unit");
        Assert.Equal("P6=Rel;2", PinMap.Text(Make(work, new UnitSources(Map("P6=Rel;2"), null, null)).Pins()));
        Assert.Throws<ConfigurationException>(() => Make(work, null));
    }

    [Fact]
    public void A_row_comes_before_the_recipe_and_an_empty_cell_leaves_it_to_the_recipe()
    {
        LoadedRecipe work = Load("pins: {26: \"Rel;1\"}\n  names: {short: \"a-{mac6}\", long: \"A_{mac6}\"}\n  startup: echo");
        ObkConfig config = Make(work, new UnitSources(null, new UnitRow("18DE5019F0BE", "k-{mac6}", null, "kitchen", "backlog x 1, 2", 2), null));
        Assert.Equal(("k-19F0BE", "A_19F0BE", "kitchen", "backlog x 1, 2"), (config.ShortName, config.LongName, config.MqttClient, config.StartupCommand));
        Assert.Equal("P26=Rel;1", PinMap.Text(config.Pins()));
    }

    [Fact]
    public void A_row_that_OpenBeken_could_not_hold_is_named_with_its_line_before_a_unit_is_touched()
    {
        File.WriteAllText(Path.Combine(_folder, "units.csv"), "mac,long\n18DE5019F0BE,fine\n18DE5019F0BF,a name that is much longer than an access point's\n");
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Load("pins: {26: \"Rel;1\"}\n  units: {file: units.csv}"));
        Assert.Contains("units.csv:3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_kept_comes_before_the_recipe_and_nothing_else_is_carried_over()
    {
        ObkConfig found = ObkConfig.Default(ChipModel.BK7231N, Mac);
        found.WifiSsid = "home";
        found.WifiPassword = "home-password";
        found.MqttHost = "old-broker";
        found.LongName = "Old name";
        LoadedRecipe work = Load("pins: {26: \"Rel;1\"}\n  wifi: {ssid: shop}\n  mqtt: {host: broker}\n  keep: [wifi]");
        ObkConfig config = Make(work, new UnitSources(null, null, found));
        Assert.Equal(("home", "home-password", "broker"), (config.WifiSsid, config.WifiPassword, config.MqttHost));
        Assert.NotEqual("Old name", config.LongName);
        Assert.Equal("shop", Make(work, new UnitSources(null, null, null)).WifiSsid);
        Assert.Equal("shop", Make(Load("pins: {26: \"Rel;1\"}\n  wifi: {ssid: shop}"), new UnitSources(null, null, found)).WifiSsid);
    }

    [Fact]
    public void A_template_gives_pins_and_its_start_up_command()
    {
        File.WriteAllText(Path.Combine(_folder, "devices.json"), """
            {"devices": [{"vendor": "V", "name": "Some plug", "model": "M", "chip": "BK7231N", "pins": {"26": "Rel;1", "8": "WifiLED_n;0"}, "command": "startDriver NTP"}]}
            """);
        LoadedRecipe work = Load("from: template\n  template: {file: devices.json, device: Some plug}");
        ObkConfig config = Make(work, null);
        Assert.Equal(("P8=WifiLED_n;0 P26=Rel;1", "startDriver NTP"), (PinMap.Text(config.Pins()), config.StartupCommand));
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Load("from: template\n  template: {file: devices.json, device: Other}"));
        Assert.Contains("Other", error.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<int, ObkPin> Map(string text) => PinMap.TryParse(text, out _)!;

    private static ObkConfig Make(LoadedRecipe work, UnitSources? own) => UnitConfiguration.For(work, Mac, "L1", Guid.Empty, Guid.Empty, null, own);

    private LoadedRecipe Load(string config)
    {
        string file = Path.Combine(_folder, "recipe.yaml");
        File.WriteAllText(file, $$"""
            recipe: plug
            revision: 1
            product: {name: Plug, module: CB2S, chip: BK7231N, supply: 3V3}
            image: {file: image.bin}
            current: {nominal: [50, 80], mean: [45, 110], peak: 320}
            config:
              {{config.Replace("\n", "\n  ", StringComparison.Ordinal).Replace("    ", "  ", StringComparison.Ordinal)}}

            """);
        return LoadedRecipe.Load(file);
    }
}

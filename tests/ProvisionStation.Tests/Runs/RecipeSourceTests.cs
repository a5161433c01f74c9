using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Tests.Runs;

/// <summary>Where a unit's configuration comes from, as a recipe says it.</summary>
public sealed class RecipeSourceTests : IDisposable
{
    private const string Head = """
        recipe: plug
        revision: 1
        product: {name: Plug, module: CB2S, chip: BK7231N, supply: 3V3}
        image: {file: image.bin}
        current: {nominal: [50, 80], mean: [45, 110], peak: 320}
        config:

        """;

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("recipe").FullName, "recipe.yaml");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, true);

    [Fact]
    public void Pins_are_written_out_unless_the_recipe_says_otherwise()
    {
        RecipeConfig config = Load("pins: {26: \"Rel;1\"}");
        Assert.Equal(PinSource.Recipe, config.From);
        Assert.False(config.AsksUnit);
        Assert.False(config.WipesVendorStore);
        Assert.Empty(config.Same);
    }

    [Fact]
    public void Every_source_and_option_is_read()
    {
        RecipeConfig config = Load("from: unit\n  approve: [likely, bt1_pin]\n  keep: [wifi, calibration]\n  same: [chip, pins]\n  wipe: vendor-store");
        Assert.Equal(PinSource.Unit, config.From);
        Assert.Equal(["likely", "bt1_pin"], config.Approve);
        Assert.Equal(["wifi", "calibration"], config.Keep);
        Assert.Equal(["chip", "pins"], config.Same);
        Assert.True(config.WipesVendorStore);
        Assert.Equal(PinSource.FirstArticle, Load("from: first-article").From);
        Assert.Equal("P26=Rel;1", Load("from: first-article\n  approved: \"P26=Rel;1\"").Approved);
    }

    [Fact]
    public void Files_lie_beside_the_recipe()
    {
        RecipeConfig config = Load("from: template\n  template: {file: devices.json, device: Some plug}\n  units: {file: per-unit.csv}");
        Assert.Equal(new RecipeTemplate(Beside("devices.json"), "Some plug"), config.Template);
        Assert.Equal(Beside("per-unit.csv"), config.UnitsFile);
    }

    [Theory]
    [InlineData("from: unit\n  pins: {26: \"Rel;1\"}", "pins")]
    [InlineData("from: elsewhere", "from")]
    [InlineData("from: template", "template")]
    [InlineData("template: {file: a, device: b}", "template")]
    [InlineData("from: template\n  template: {file: a}", "device")]
    [InlineData("approve: [likely]", "approve")]
    [InlineData("from: unit\n  approve: [likely, certain]", "'certain' approves nothing")]
    [InlineData("from: unit\n  approve: [bt1_pn]", "'bt1_pn' approves nothing")]
    [InlineData("from: unit\n  approved: \"P26=Rel;1\"", "approved")]
    [InlineData("from: first-article\n  approved: \"P29=Rel;1\"", "P29")]
    [InlineData("from: first-article\n  approved: \"P26=Relais;1\"", "Relais")]
    [InlineData("from: first-article\n  approved: \"P26=Rel;1 P26=Rel;2\"", "twice")]
    [InlineData("keep: [passwords]", "keep")]
    [InlineData("same: [colour]", "same")]
    [InlineData("wipe: everything", "wipe")]
    [InlineData("units: {file: a, sheet: 2}", "sheet")]
    public void A_source_that_does_not_go_together_is_named(string config, string named)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Load(config));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Theory]
    [InlineData("password: hunter2-canary")]
    [InlineData("password: \"hunter2-canary\"")]
    [InlineData("password: 'hunter2-canary'")]
    [InlineData("password: \"hunter2\\x2Dcanary\"")]
    public void A_password_in_the_recipe_is_masked_in_the_text_that_is_kept(string password)
    {
        foreach (string mark in (string[])["", "\uFEFF"])
        {
            Recipe recipe = LoadWhole(mark + Head.ReplaceLineEndings("\r\n") + $"  wifi: {{ssid: shop, {password}}}\r\n  startup: \"echo 1\" # not hunter2-canary\r\n");
            Assert.Equal("hunter2-canary", recipe.Config!.WifiPassword!.Literal);
            Assert.DoesNotContain("hunter2", recipe.Text, StringComparison.Ordinal);
            Assert.Contains("ssid: shop, password: \"***\"}", recipe.Text, StringComparison.Ordinal);
            Assert.Contains("masked", recipe.Text, StringComparison.Ordinal);
            Assert.Contains("startup: \"echo 1\"", recipe.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("  flags: [10]\n", true)]
    [InlineData("  pins: {}\n", true)]
    [InlineData("  pins: {26: \"Rel;1\"}\n", false)]
    [InlineData("  from: unit\n", false)]
    public void A_recipe_that_gives_no_pin_warns(string config, bool warns) =>
        Assert.Equal(warns, LoadWhole(Head + config).Warnings.Any(warning => warning.Contains("gives no pin", StringComparison.Ordinal)));

    [Fact]
    public void A_recipe_without_a_configuration_warns() =>
        Assert.Contains("without a pin", Assert.Single(LoadWhole(Head.Replace("config:", "", StringComparison.Ordinal)).Warnings), StringComparison.Ordinal);

    [Fact]
    public void A_recipe_without_a_password_is_kept_to_the_letter() =>
        Assert.Equal(Head + "  pins: {26: \"Rel;1\"}\n", LoadWhole(Head + "  pins: {26: \"Rel;1\"}\n").Text);

    private string Beside(string file) => Path.Combine(Path.GetDirectoryName(_file)!, file);

    private RecipeConfig Load(string config) => LoadWhole(Head + "  " + config + "\n").Config!;

    private Recipe LoadWhole(string yaml)
    {
        File.WriteAllText(_file, yaml);
        return RecipeFile.Load(_file);
    }
}

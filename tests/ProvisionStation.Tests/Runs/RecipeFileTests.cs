using ProvisionStation.Beken;
using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Tests.Runs;

public sealed class RecipeFileTests : IDisposable
{
    private const string Good = """
        recipe: cb2s-plug
        revision: 1
        product: {name: CB2S plug, module: CB2S, chip: BK7231N, supply: 3V3}
        image: {file: image.bin}
        link: {rates: [1500000, 921600, 460800, 230400, 115200]}
        retry: {link: 3, read: 5, write: 3}
        current: {nominal: [50, 80], mean: [45, 110], peak: 320, cutoff: 200, window: 3}
        config:
          pins: {6: "TglChanOnTgl;1", 8: "WifiLED_n;0", 24: "Btn_Tgl_All;0", 26: "Rel;1"}
          flags: [10]
          wifi: {ssid: shop, password: {secret: shop-wifi}}
          names: {short: "plug-{mac6}", long: "Plug_{mac6}"}
          startup: ""
        """;

    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("recipe").FullName, "recipe.yaml");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, true);

    [Fact]
    public void The_recipe_of_the_design_is_read_to_the_letter()
    {
        Recipe recipe = Load(Good);
        Assert.Equal(("cb2s-plug", 1, ChipModel.BK7231N), (recipe.Name, recipe.Revision, recipe.Product.Chip));
        Assert.Equal(RecipeSteps.Default, recipe.Steps);
        Assert.Equal([1_500_000, 921_600, 460_800, 230_400, 115_200], recipe.Link.Rates);
        Assert.Equal((45, 110, 320, 200), (recipe.Current.MeanLow, recipe.Current.MeanHigh, recipe.Current.Peak, recipe.Current.Cutoff));
        Assert.Equal("Rel;1", recipe.Config!.Pins[26]);
        Assert.Equal("shop-wifi", recipe.Config.WifiPassword!.SecretName);
        Assert.Empty(recipe.Warnings);
    }

    [Fact]
    public void A_relative_image_is_looked_for_beside_the_recipe() =>
        Assert.Equal(Path.Combine(Path.GetDirectoryName(_file)!, "image.bin"), Load(Good).Image.File);

    [Fact]
    public void A_unit_that_was_seen_before_is_refused_or_resumed_unless_the_recipe_says_otherwise()
    {
        Recipe usual = Load(Good);
        Assert.Equal((false, InterruptedUnit.Resume, 0), (usual.ConvertsAgain, usual.Interrupted, usual.AllowedMacs.Count));
        Recipe other = Load(Good + "\nagain: convert\ninterrupted: restore\nmac: [\"c8:47:8c:12:34:56\", C8-47-8C-12-34-57]");
        Assert.Equal((true, InterruptedUnit.Restore), (other.ConvertsAgain, other.Interrupted));
        Assert.Equal(["C8478C123456", "C8478C123457"], other.AllowedMacs);
        Assert.Equal(InterruptedUnit.Hold, Load(Good + "\ninterrupted: hold").Interrupted);
    }

    [Fact]
    public void A_literal_password_is_a_warning_that_does_not_show_it()
    {
        Recipe recipe = Load(Good.Replace("{secret: shop-wifi}", "hunter2-canary", StringComparison.Ordinal));
        Assert.Contains("a password stands in the recipe", Assert.Single(recipe.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2-canary", recipe.Warnings[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("revision: 1", "revision: 0", "revision")]
    [InlineData("revision: 1", "revision: 1\nmac: [C8478C12345]", "mac")]
    [InlineData("revision: 1", "revision: 1\nmac: [C8478C12345G]", "mac")]
    [InlineData("revision: 1", "revision: 1\nagain: maybe", "again")]
    [InlineData("revision: 1", "revision: 1\ninterrupted: Resume", "interrupted")]
    [InlineData("chip: BK7231N", "chip: BK7238", "chip")]
    [InlineData("supply: 3V3", "supply: 230V", "supply")]
    [InlineData("nominal: [50, 80]", "nominal: [80, 50]", "nominal")]
    [InlineData("mean: [45, 110]", "mean: [45, 201]", "mean")]
    [InlineData("rates: [1500000, 921600,", "rates: [921600, 1500000,", "rates")]
    [InlineData("26: \"Rel;1\"", "29: \"Rel;1\"", "29")]
    [InlineData("flags: [10]", "flags: [64]", "flags")]
    [InlineData("retry: {link: 3", "retrie: {link: 3", "retrie")]
    [InlineData("window: 3}", "window: 3, windw: 2}", "windw")]
    [InlineData("image: {file: image.bin}", "image: {file: image.bin, sha256: abc}", "sha256")]
    public void A_wrong_field_is_named_with_its_line(string right, string wrong, string field)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Load(Good.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
        Assert.Contains("recipe.yaml:", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Theory]
    [InlineData("power, link, identify, backup, write, verify, boot", "neither 'current' nor 'log'")]
    [InlineData("link, power, identify, backup, write, verify, boot, current", "order")]
    [InlineData("power, link, identify, write, verify, boot, current", "'backup' is missing")]
    [InlineData("power, link, identify, backup, write, verify, boot, current, configure", "'configure' without 'confirm'")]
    [InlineData("power, link, identify, backup, write, verify, boot, current, confirm", "'confirm' has nothing to confirm")]
    [InlineData("power, link, identify, backup, write, verify, boot, current, log, erase", "no step 'erase'")]
    public void Steps_that_could_pass_a_unit_nobody_looked_at_are_refused(string steps, string problem)
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => Load(Good + $"\nsteps: [{steps}]\n"));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Configure_may_stand_before_boot() => Assert.Equal(
        RecipeSteps.ConfigureFirst,
        Load(Good + "\nsteps: [power, link, identify, backup, write, verify, configure, boot, current, log, confirm]\n").Steps);

    private Recipe Load(string yaml)
    {
        File.WriteAllText(_file, yaml);
        return RecipeFile.Load(_file);
    }
}

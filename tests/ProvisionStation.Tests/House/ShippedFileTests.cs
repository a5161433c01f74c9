using System.Text.Json;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench.Jigs;
using ProvisionStation.Bench.Yaml;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Tests.House;

/// <summary>Every file in <c>config/</c> and <c>jigs/</c> is loaded, so that none of them rots.</summary>
public sealed class ShippedFileTests
{
    public static TheoryData<string> Recipes => [.. Tree.Files("config/recipes", "*.yaml")];

    public static TheoryData<string> Jigs => [.. Tree.Files("jigs", "jig.yaml")];

    [Theory, MemberData(nameof(Recipes))]
    public void A_shipped_recipe_loads_without_its_image(string file)
    {
        Recipe recipe = RecipeFile.Load(Tree.In(file));
        Assert.Equal(Path.GetFileNameWithoutExtension(file), recipe.Name);
        Assert.Equal(RecipeSteps.Default, recipe.Steps);
        Assert.Empty(recipe.Warnings);
        Assert.StartsWith("# yaml-language-server: $schema=../schema/recipe.schema.json", recipe.Text, StringComparison.Ordinal);
        foreach (string role in recipe.Config!.Pins.Values)
            Assert.Equal(role, ObkPin.Parse(role).ToString(), ignoreCase: true);
    }

    [Fact]
    public void The_shipped_limits_are_those_of_the_modules()
    {
        RecipeCurrent cb2s = RecipeFile.Load(Tree.In("config/recipes/cb2s-plug.yaml")).Current;
        Assert.Equal((50, 80, 45, 110, 320), (cb2s.NominalLow, cb2s.NominalHigh, cb2s.MeanLow, cb2s.MeanHigh, cb2s.Peak));
        RecipeCurrent wb2s = RecipeFile.Load(Tree.In("config/recipes/wb2s-plug.yaml")).Current;
        Assert.Equal((80, 125, 60, 140, 320), (wb2s.NominalLow, wb2s.NominalHigh, wb2s.MeanLow, wb2s.MeanHigh, wb2s.Peak));
    }

    [Theory, MemberData(nameof(Jigs))]
    public void A_shipped_jig_loads(string file) => Assert.NotEmpty(JigFile.Load(Tree.In(file)).Slots);

    [Fact]
    public void The_example_of_secrets_loads() => Assert.NotEmpty(YamlSection.Load(Tree.In("config/secrets.example.yaml")).Keys);

    [Fact]
    public void No_configuration_file_is_left_unread()
    {
        IEnumerable<string> read = [.. Tree.Files("config/recipes", "*.yaml"), .. Tree.Files("jigs", "jig.yaml"), "config/secrets.example.yaml", "config/secrets.yaml"];
        IEnumerable<string> there = Tree.Files("config").Concat(Tree.Files("jigs")).Where(file => Path.GetExtension(file) is ".yaml" or ".yml");
        Assert.Empty(there.Except(read));
    }

    [Fact]
    public void A_shipped_schema_is_json_of_the_2020_draft()
    {
        foreach (string file in Tree.Files("config/schema", "*.json"))
        {
            using JsonDocument schema = JsonDocument.Parse(Tree.Read(file));
            Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
        }
    }
}

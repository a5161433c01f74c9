using ProvisionStation.Beken;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Tests.Tuya;

public sealed class RecipeDraftTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("draft").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    [Theory]
    [InlineData("seed-cb2s", 4), InlineData("syn-inverted-levels", 4), InlineData("syn-upk-crc-bad", 0)]
    [InlineData("syn-tuyamcu-no-upk", 0), InlineData("syn-split-parts-t", 9)]
    public void A_draft_is_a_recipe_with_the_pins_that_are_at_least_likely(string name, int pins)
    {
        TuyaFindings found = TuyaExtraction.Extract(TuyaVector.Load(name).Flash);
        Recipe recipe = Load(RecipeDraft.Write(found, "plug.bin")!);
        Assert.Equal(pins, recipe.Config!.Pins.Count);
        Assert.Equal(found.Chip, recipe.Product.Chip);
    }

    [Fact]
    public void Every_pin_has_a_comment_in_the_words_of_the_flash_tool()
    {
        TuyaVector seed = TuyaVector.Load("seed-cb2s");
        string draft = RecipeDraft.Write(TuyaExtraction.Extract(seed.Flash), "plug.bin")!;
        foreach (string words in seed.About["human_readable"]!.AsArray().Select(line => line!.GetValue<string>()))
            Assert.Contains($"# {words}: the vendor's", draft, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_a_hostile_unit_stay_comments()
    {
        TuyaFindings found = TuyaExtraction.Extract(TuyaVector.Load("seed-cb2s").Flash) with
        {
            Module = "x\"}\nsteps: []",
            Warnings = ["a\nconfirm: none"],
            NotUnderstood = ["\nretry: 1"],
        };
        Assert.Equal("unknown", Load(RecipeDraft.Write(found, "a\nb: c")!).Product.Module);
    }

    [Fact]
    public void A_chip_that_is_not_converted_gets_no_draft() =>
        Assert.Null(RecipeDraft.Write(TuyaExtraction.Extract(TuyaVector.Load("syn-erased").Flash) with { Chip = ChipModel.BK7238 }, "x"));

    private Recipe Load(string text)
    {
        string file = Path.Combine(folder, "draft.yaml");
        File.WriteAllText(file, text);
        return RecipeFile.Load(file);
    }
}

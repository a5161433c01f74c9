using ProvisionStation.Beken;
using ProvisionStation.Beken.Obk;
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
        Recipe recipe = Load(RecipeDraft.Write(found, null, "plug.bin")!);
        Assert.Equal(pins, recipe.Config!.Pins.Count);
        Assert.Equal(found.Chip, recipe.Product.Chip);
    }

    [Fact]
    public void Every_pin_has_a_comment_in_the_words_of_the_flash_tool()
    {
        TuyaVector seed = TuyaVector.Load("seed-cb2s");
        string draft = RecipeDraft.Write(TuyaExtraction.Extract(seed.Flash), null, "plug.bin")!;
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
        Assert.Equal("unknown", Load(RecipeDraft.Write(found, null, "a\nb: c")!).Product.Module);
    }

    [Fact]
    public void A_chip_that_is_not_converted_gets_no_draft() =>
        Assert.Null(RecipeDraft.Write(TuyaExtraction.Extract(TuyaVector.Load("syn-erased").Flash) with { Chip = ChipModel.BK7238 }, null, "x"));

    [Fact]
    public void Pins_of_an_OpenBeken_configuration_come_before_the_vendors()
    {
        ObkConfig found = ObkConfig.Default(ChipModel.BK7231N, [0xC8, 0x47, 0x8C, 1, 2, 3]);
        TuyaFindings store = TuyaExtraction.Extract(TuyaVector.Load("seed-cb2s").Flash);
        Assert.Equal(4, Load(RecipeDraft.Write(store, found, "plug.bin")!).Config!.Pins.Count);
        found.SetPin(7, ObkPin.Parse("Rel;2"));
        found.StartupCommand = "Password1 canary";
        string draft = RecipeDraft.Write(store, found, "plug.bin")!;
        Assert.Equal([new(7, "Rel;2")], Load(draft).Config!.Pins);
        Assert.Contains("# The vendor's own map, not used: P6 TglChanOnTgl;1", draft, StringComparison.Ordinal);
        Assert.Contains("start-up command too", draft, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", draft, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dump_with_nothing_but_an_OpenBeken_configuration_drafts_its_pins()
    {
        ObkConfig found = ObkConfig.Default(ChipModel.BK7231T, [0xC8, 0x47, 0x8C, 1, 2, 3]);
        found.SetPin(28, ObkPin.Parse("Btn;1"));
        Recipe recipe = Load(RecipeDraft.Write(TuyaExtraction.Extract(TuyaVector.Load("syn-erased").Flash), found, "plug.bin")!);
        Assert.Equal(ChipModel.BK7231T, recipe.Product.Chip);
        Assert.Equal([new(28, "Btn;1")], recipe.Config!.Pins);
        Assert.Empty(recipe.Warnings);
    }

    [Fact]
    public void Both_claimants_of_one_pin_stand_in_the_draft()
    {
        TuyaFindings found = TuyaExtraction.Extract(TuyaVector.Load("syn-upk-crc-bad").Flash);
        string draft = RecipeDraft.Write(found, null, "plug.bin")!;
        Assert.Equal("rl1_pin", Assert.Single(found.RivalClaims).Key);
        Assert.Contains("    # 24: \"Btn_Tgl_All;0\"\n    # OR Relay (channel 1) on P24: the vendor's rl1_pin claims the same pin\n    # 24: \"Rel;1\"\n", draft, StringComparison.Ordinal);
    }

    [Fact]
    public void A_draft_without_a_pin_warns() =>
        Assert.Contains("gives no pin", Assert.Single(Load(RecipeDraft.Write(TuyaExtraction.Extract(TuyaVector.Load("syn-tuyamcu-no-upk").Flash), null, "x")!).Warnings), StringComparison.Ordinal);

    private Recipe Load(string text)
    {
        string file = Path.Combine(folder, "draft.yaml");
        File.WriteAllText(file, text);
        return RecipeFile.Load(file);
    }
}

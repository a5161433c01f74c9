using ProvisionStation.Beken;
using ProvisionStation.Beken.Tuya;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;
using ProvisionStation.Tests.Support;

namespace ProvisionStation.Tests.Runs;

/// <summary>A start-up command that comes with a unit's own pins is a part of what the first article fixes for the lot.</summary>
public sealed class FirstArticleStartupTests
{
    private const string Map = "P24=PWM;0";
    private const string Slow = "PWMFrequency 600";

    [Fact]
    public async Task A_later_unit_with_another_start_up_command_is_not_the_product()
    {
        await using FakeUnitRun made = await FirstArticleAsync();
        Assert.Null(await JudgeAsync(made, Slow));
        Assert.Null(await JudgeAsync(made, Slow));
        StepOutcome? other = await JudgeAsync(made, "PWMFrequency 1000");
        Assert.Equal("not-this-product", other?.Reason);
        Assert.Contains($"startup: PWMFrequency 1000 | {Slow}", other!.Detail, StringComparison.Ordinal);
        Assert.Contains($"startup: none | {Slow}", (await JudgeAsync(made, ""))!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_up_command_of_the_recipe_is_taken_instead_and_nothing_is_compared()
    {
        await using FakeUnitRun made = await FirstArticleAsync(config => config with { Startup = "startDriver NTP" });
        Assert.Null(await JudgeAsync(made, Slow));
        Assert.Null(await JudgeAsync(made, "PWMFrequency 1000"));
    }

    [Fact]
    public async Task A_map_that_the_recipe_approves_approves_no_start_up_command()
    {
        await using FakeUnitRun made = await FirstArticleAsync(config => config with { Approved = Map });
        StepOutcome? open = await JudgeAsync(made, Slow);
        Assert.Equal("pins-unknown", open?.Reason);
        Assert.Contains(Slow, open!.Detail, StringComparison.Ordinal);
        Assert.Contains("startup:", open.Remedy, StringComparison.Ordinal);
        Assert.Null(await JudgeAsync(made, ""));
    }

    private static Task<FakeUnitRun> FirstArticleAsync(Func<RecipeConfig, RecipeConfig>? edit = null) => FakeUnitRun.IdentifiedAsync(
        edit: config => (edit ?? (same => same))(config with { From = PinSource.FirstArticle, Pins = new Dictionary<int, string>() }));

    private static Task<StepOutcome?> JudgeAsync(FakeUnitRun made, string startup)
    {
        TuyaFindings store = new(
            ChipModel.BK7231N, 0, 0x1EE000, null, "CB2S", ["user_param_key"], [new("r_pin", "24")], TuyaCrc.Ok, false,
            [new TuyaPin(24, "PWM", 0, null, "r_pin", PinConfidence.Certain)], [], [], [], [])
        {
            Startup = startup.Length == 0 ? [] : [startup],
        };
        OwnPins pins = OwnPins.Of(store, null, []);
        UnitFingerprint fingerprint = new(ChipModel.BK7231N, "00000000", null, null, null, null, null);
        made.Run.Findings = new BackupFindings([], store, null, pins, ProductParts.Of(fingerprint, pins.Map, pins.Startup));
        return made.TimedByBytesAsync(() => ProductMatch.JudgeAsync(made.Run, FakeUnitRun.Cancel));
    }
}

using ProvisionStation.Simulator.Wiring;

namespace ProvisionStation.Tests.Simulator;

public sealed class FinishRuleTests
{
    private static readonly CycleReport Look = new(true, 2, 0, 0);
    private static readonly CycleReport Work = new(true, 520, 4500, 0);
    private static readonly CycleReport Boot = new(false, 0, 0, 1);
    private static readonly CycleReport Configure = new(true, 2, 17, 0);
    private static readonly CycleReport Silence = new(false, 0, 0, 0);

    private readonly FinishRule _rule = new();

    [Fact]
    public void A_good_unit_comes_out_at_the_look_behind_its_run()
    {
        Assert.All([Look, Look, Look, Work, Boot, Configure, Boot, Look], cycle => Assert.False(_rule.IsFinished(cycle)));
        Assert.True(_rule.IsFinished(Look));
        Assert.False(_rule.IsSilent);
    }

    [Fact]
    public void A_unit_that_failed_comes_out_at_the_second_look()
    {
        Assert.All([Look, Work, Boot, Look], cycle => Assert.False(_rule.IsFinished(cycle)));
        Assert.True(_rule.IsFinished(Look));
    }

    [Fact]
    public void A_unit_that_never_answers_comes_out_in_the_end()
    {
        Assert.All(Enumerable.Repeat(Silence, 5), cycle => Assert.False(_rule.IsFinished(cycle)));
        Assert.True(_rule.IsFinished(Silence));
        Assert.True(_rule.IsSilent);
    }

    [Fact]
    public void Boots_of_a_unit_that_has_answered_are_no_silence() =>
        Assert.All([Look, Work, .. Enumerable.Repeat(Boot, 20)], cycle => Assert.False(_rule.IsFinished(cycle)));
}

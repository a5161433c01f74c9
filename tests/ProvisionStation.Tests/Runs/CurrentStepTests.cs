using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Tests.Runs;

public sealed class CurrentStepTests
{
    private static readonly RecipeCurrent Limits = new(50, 80, 45, 110, 320, 200, TimeSpan.FromSeconds(3));

    [Theory]
    [InlineData(44.9, "current-low")]
    [InlineData(45, null)]
    [InlineData(110, null)]
    [InlineData(110.1, "current-high")]
    public void Both_ends_of_the_mean_pass(double milliamperes, string? reason) =>
        Assert.Equal(reason, Judge([.. Enumerable.Repeat(milliamperes, 30)], 1).Reason);

    [Theory]
    [InlineData(320, null)]
    [InlineData(320.1, "current-high")]
    public void The_end_of_the_peak_passes(double peak, string? reason) =>
        Assert.Equal(reason, Judge([.. Enumerable.Repeat(60.0, 29), peak], 1).Reason);

    [Theory]
    [InlineData(49.9, true)]
    [InlineData(50, false)]
    [InlineData(80, false)]
    [InlineData(80.1, true)]
    public void Outside_nominal_is_a_mark_and_still_passes(double milliamperes, bool marginal)
    {
        StepOutcome outcome = Judge([.. Enumerable.Repeat(milliamperes, 30)], 1);
        Assert.True(outcome.Passed);
        Assert.Equal(marginal, outcome.Measurements[0].IsMarginal);
    }

    [Fact]
    public void Four_samples_judge_no_unit()
    {
        Assert.Equal("meter-lost", Assert.Throws<BenchException>(() => Judge([60, 60, 60, 60], 1)).Reason);
        Assert.True(Judge([60, 60, 60, 60, 60], 1).Passed);
    }

    [Theory]
    [InlineData(0.49, "power-lost")]
    [InlineData(0.5, null)]
    public void A_contact_that_opens_scraps_no_unit(double last, string? reason)
    {
        double[] readings = [.. Enumerable.Repeat(60.0, 27), last, last, last];
        if (reason is null)
            Assert.True(Judge(readings, 1).Passed);
        else
            Assert.Equal(reason, Assert.Throws<BenchException>(() => Judge(readings, 1)).Reason);
    }

    [Fact]
    public void A_slow_meter_gives_the_highest_of_its_samples_not_a_peak()
    {
        Assert.Equal("highest of 19 samples", Judge([.. Enumerable.Repeat(60.0, 19)], 1).Measurements[1].Note);
        Assert.Null(Judge([.. Enumerable.Repeat(60.0, 20)], 1).Measurements[1].Note);
    }

    [Fact]
    public void The_mean_says_that_its_limits_are_estimates() =>
        Assert.Contains("estimates", Judge([.. Enumerable.Repeat(60.0, 20)], 1).Measurements[0].Note, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, "does not boot")]
    [InlineData(20, "stalled boot")]
    public void A_low_current_names_its_signature(double milliamperes, string signature) =>
        Assert.Contains(signature, Judge([.. Enumerable.Repeat(milliamperes, 30)], 1).Detail, StringComparison.Ordinal);

    private static StepOutcome Judge(double[] milliamperes, double seconds) =>
        CurrentStep.Judge([.. milliamperes.Select(value => new CurrentSample(0, value))], TimeSpan.FromSeconds(seconds), Limits);
}

using System.Text;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;
using ProvisionStation.Runs.Steps;

namespace ProvisionStation.Tests.Runs;

public sealed class BootJudgementTests
{
    private static readonly RecipeCurrent Limits = new(50, 80, 45, 110, 320, 200, TimeSpan.FromSeconds(3));
    private static readonly TimeSpan Waited = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(0.5, "no-boot")]
    [InlineData(4.9, "no-boot")]
    [InlineData(5, "stalled-boot")]
    [InlineData(39.9, "stalled-boot")]
    public void A_low_current_is_named_with_its_number_behind_it(double milliamperes, string reason)
    {
        StepOutcome outcome = BootJudgement.OfSilence(new ObkBootLog(), Mean(milliamperes), Limits, Waited);
        Assert.Equal(reason, outcome.Reason);
        Assert.Equal(milliamperes, Assert.Single(outcome.Measurements).Value);
        Assert.False(outcome.Measurements[0].IsInside);
    }

    [Fact]
    public void A_slot_without_current_scraps_no_unit() =>
        Assert.Equal(BenchReasons.PowerLost, Assert.Throws<BenchException>(() => BootJudgement.OfSilence(new ObkBootLog(), Mean(0.49), Limits, Waited)).Reason);

    [Fact]
    public void A_silent_log_of_a_unit_that_draws_like_a_running_one_is_the_wires_fault() =>
        Assert.Equal("log-lost", Assert.Throws<BenchException>(() => BootJudgement.OfSilence(new ObkBootLog(), Mean(60), Limits, Waited)).Reason);

    [Theory]
    [InlineData(59, "garbage")]
    [InlineData(61, "stops before")]
    public void Under_60_percent_printable_is_garbage(int printable, string words)
    {
        ObkBootLog log = new();
        log.Feed([.. Enumerable.Repeat((byte)'a', printable), .. Enumerable.Repeat((byte)0x81, 100 - printable)]);
        StepOutcome outcome = BootJudgement.OfSilence(log, Mean(60), Limits, Waited);
        Assert.Equal("stalled-boot", outcome.Reason);
        Assert.Contains(words, outcome.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Three_starts_are_a_loop(int starts, bool loop)
    {
        ObkBootLog log = new();
        for (int i = 0; i < starts; i++)
            log.Feed(Encoding.ASCII.GetBytes("V:BK7231N_1.0.1\r\nOpenBK7231N, version 1.18.299\r\n"));
        Assert.Equal(loop, BootJudgement.OfRestarts(log)?.Reason == "boot-loop");
    }

    private static CurrentMean Mean(double milliamperes) => new(milliamperes, 10, TimeSpan.FromSeconds(1));
}

using System.Globalization;
using ProvisionStation.Bench;
using ProvisionStation.Records;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>The booted unit draws what it should: mean, peak, minimum and deviation over a window.</summary>
public sealed class CurrentStep : IStep
{
    /// <summary>Fewer readings than this say nothing.</summary>
    public const int LeastSamples = 5;

    /// <summary>Below this rate a peak is only the highest of some readings.</summary>
    public const double PeakRate = 20;

    private const int LastSamples = 3;

    private const string Estimate = "limits are estimates until learned from good units";

    /// <inheritdoc />
    public string Name => RecipeSteps.Current;

    /// <inheritdoc />
    public TimeSpan Limit(ActiveRun run) => run.Recipe.Current.Window + TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public Task<StepOutcome> RunAsync(ActiveRun run, CancellationToken cancel) => MeasureAsync(run, cancel);

    /// <summary>Measures one window now and judges it; for every step that needs to see the unit live.</summary>
    public static async Task<StepOutcome> MeasureAsync(ActiveRun run, CancellationToken cancel)
    {
        long from = run.Clock.GetTimestamp();
        using (run.Current.LookClosely())
            await Task.Delay(run.Recipe.Current.Window, run.Clock, cancel);
        return Judge(run.Current.Since(from), run.Clock.GetElapsedTime(from), run.Recipe.Current);
    }

    /// <summary>Judges readings against a recipe's limits; both ends of a limit pass.</summary>
    /// <exception cref="BenchException">meter-lost: too few readings to judge a unit by.</exception>
    public static StepOutcome Judge(IReadOnlyList<CurrentSample> samples, TimeSpan window, RecipeCurrent limits)
    {
        if (samples.Count < LeastSamples)
        {
            throw new BenchException(
                BenchReasons.MeterLost,
                string.Create(CultureInfo.InvariantCulture, $"only {samples.Count} readings in {window.TotalSeconds:0.0} s, at least {LeastSamples} are needed"),
                "Check that the meter answers quickly enough, or make the recipe's current window longer; then retest the unit.");
        }

        if (samples.TakeLast(LastSamples).All(sample => Math.Abs(sample.Milliamperes) < BootJudgement.NoCurrentBelowMilliamperes))
            throw BootJudgement.NoContact(string.Create(CultureInfo.InvariantCulture, $"the last {LastSamples} of {samples.Count} readings are below {BootJudgement.NoCurrentBelowMilliamperes} mA"));
        Measurement[] measured = Measure([.. samples.Select(sample => sample.Milliamperes)], window, limits);
        (Measurement mean, Measurement peak) = (measured[0], measured[1]);
        string numbers = string.Create(CultureInfo.InvariantCulture, $"mean {mean.Value:0.0} mA, peak {peak.Value:0.0} mA of {samples.Count} readings");
        if (mean.Value < limits.MeanLow)
            return StepOutcome.Fail("current-low", string.Create(CultureInfo.InvariantCulture, $"{numbers}; the mean must be at least {limits.MeanLow} mA: {Signature(mean.Value)}"), "Flash the unit once more; if it fails again, put it in the red box.", measured);
        if (mean.Value > limits.MeanHigh)
            return StepOutcome.Fail("current-high", string.Create(CultureInfo.InvariantCulture, $"{numbers}; the mean must be at most {limits.MeanHigh} mA"), "Feel whether the board is warm; put the unit in the red box.", measured);
        if (!peak.IsInside)
            return StepOutcome.Fail("current-high", string.Create(CultureInfo.InvariantCulture, $"{numbers}; the peak must be at most {limits.Peak} mA"), "Put the unit in the red box.", measured);
        return StepOutcome.Pass($"{numbers}{(mean.IsMarginal ? ", MARGINAL: outside nominal" : "")}", measured);
    }

    private static Measurement[] Measure(double[] values, TimeSpan window, RecipeCurrent limits)
    {
        double mean = values.Average();
        double rate = values.Length / window.TotalSeconds;
        string? peakNote = rate < PeakRate ? $"highest of {values.Length} samples" : null;
        return
        [
            new("current-mean", mean, "mA", limits.MeanLow, limits.MeanHigh, limits.NominalLow, limits.NominalHigh, values.Length, rate, Estimate),
            new("current-peak", values.Max(), "mA", High: limits.Peak, Samples: values.Length, SamplesPerSecond: rate, Note: peakNote),
            new("current-minimum", values.Min(), "mA", Samples: values.Length, SamplesPerSecond: rate),
            new("current-deviation", Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), "mA", Samples: values.Length, SamplesPerSecond: rate),
        ];
    }

    private static string Signature(double mean) => mean switch
    {
        < BootJudgement.NoBootBelowMilliamperes => "like a unit that does not boot",
        < BootJudgement.StalledBelowMilliamperes => "like a stalled boot",
        _ => "too little for an open access point",
    };
}

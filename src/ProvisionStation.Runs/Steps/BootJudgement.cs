using System.Globalization;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Bench;
using ProvisionStation.Runs.Recipes;

namespace ProvisionStation.Runs.Steps;

/// <summary>Names what a unit died of when its application did not come up.</summary>
/// <remarks>Source of the thresholds: a WB2S that did not boot drew about 1 mA (Elektroda topic 4148645), a stalled one 8 to 40 mA steadily;
/// estimates until learned from units at hand.</remarks>
public static class BootJudgement
{
    /// <summary>Below this no current flows, in mA: an open contact, not a unit. Even one that is held in reset draws more.</summary>
    public const double NoCurrentBelowMilliamperes = 0.5;

    /// <summary>Below this mean no application runs, in mA.</summary>
    public const double NoBootBelowMilliamperes = 5;

    /// <summary>Below this mean an application hangs, in mA; a recipe whose lower limit is lower moves it down.</summary>
    public const double StalledBelowMilliamperes = 40;

    /// <summary>The share of printable bytes below which a log is garbage.</summary>
    public const double LeastPrintableShare = 0.6;

    /// <summary>Bytes from which on the share means something.</summary>
    public const int LeastBytesToJudge = 16;

    private const int RestartsThatAreALoop = 3;
    private const string RedBox = "Flash the unit once more; if it fails again, put it in the red box.";

    /// <summary>A unit that starts again and again; null where it does not.</summary>
    /// <exception cref="BenchException">brown-out: it restarts when its radio starts, so the supply is too weak.</exception>
    public static StepOutcome? OfRestarts(ObkBootLog log)
    {
        if (log.BootCount < RestartsThatAreALoop)
            return null;
        return log.RadioStarted
            ? throw new BenchException(
                "brown-out",
                $"the unit restarted {log.BootCount - 1} times, each time when its radio started",
                "Feed the slot from a supply that gives at least 300 mA at 3.3 V, with short wires; then retest the unit.")
            : StepOutcome.Fail("boot-loop", $"the application started {log.BootCount} times and never came up", RedBox);
    }

    /// <summary>A unit whose boot was not seen to complete although its log is wired.</summary>
    /// <exception cref="BenchException">log-lost: it draws what a running unit draws, so the wire is suspected first.</exception>
    public static StepOutcome OfSilence(ObkBootLog log, CurrentMean? mean, RecipeCurrent limits, TimeSpan waited)
    {
        string seconds = waited.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        if (OfCurrent(mean, limits, LogInWords(log)) is { } dead)
            return dead;
        if (log.ByteCount < LeastBytesToJudge)
        {
            throw new BenchException(
                "log-lost",
                $"nothing came from the log UART within {seconds} s{(mean is null ? "" : $", but the unit draws {Milliamperes(mean)} like a running one")}",
                "Check the wire from TX2 (P0) to the slot's log port, then retest the unit.");
        }

        if (log.PrintableShare < LeastPrintableShare)
            return StepOutcome.Fail("stalled-boot", LogInWords(log), "Check ground and the TX2 wire, then flash the unit once more; if it fails again, put it in the red box.");
        return StepOutcome.Fail("stalled-boot", $"the boot log stops before 'Boot complete' within {seconds} s; {LogInWords(log)}", RedBox);
    }

    /// <summary>A unit that was left alone without a log; null where its current says that it may live.</summary>
    public static StepOutcome? WithoutLog(CurrentMean? mean, RecipeCurrent limits) => OfCurrent(mean, limits, "no log is wired");

    /// <summary>Below this mean an application hangs by a recipe's limits, in mA.</summary>
    internal static double StalledBelow(RecipeCurrent limits) => Math.Min(StalledBelowMilliamperes, limits.MeanLow);

    private static StepOutcome? OfCurrent(CurrentMean? mean, RecipeCurrent limits, string log)
    {
        double stalledBelow = StalledBelow(limits);
        if (mean is { Milliamperes: < NoCurrentBelowMilliamperes })
            throw NoContact($"the slot draws {Milliamperes(mean)} after power on");
        return mean switch
        {
            { Milliamperes: < NoBootBelowMilliamperes } => StepOutcome.Fail(
                "no-boot", $"the unit draws {Milliamperes(mean)} after power on: its application does not run; {log}", RedBox,
                mean.Measured("current-boot", low: NoBootBelowMilliamperes)),
            not null when mean.Milliamperes < stalledBelow => StepOutcome.Fail(
                "stalled-boot", $"the unit draws {Milliamperes(mean)} and does not come up; {log}", RedBox, mean.Measured("current-boot", low: stalledBelow)),
            _ => null,
        };
    }

    /// <summary>The fault of a slot in which no current flows.</summary>
    public static BenchException NoContact(string what) => new(
        BenchReasons.PowerLost, $"{what}: no current flows, so nothing can be said about the unit", "Check the slot's supply and contacts, then retest the unit.");

    private static string LogInWords(ObkBootLog log)
    {
        if (log.ByteCount == 0)
            return "TX2 is silent";
        return log.PrintableShare < LeastPrintableShare
            ? $"garbage on TX2: ground, wire or chip not running ({log.PrintableShare:P0} of {log.ByteCount} bytes are text)".Replace(" %", "%", StringComparison.Ordinal)
            : $"{log.ByteCount} bytes of log, application {log.Version ?? "not seen"}";
    }

    private static string Milliamperes(CurrentMean mean) => mean.Milliamperes.ToString("0.0", CultureInfo.InvariantCulture) + " mA";
}

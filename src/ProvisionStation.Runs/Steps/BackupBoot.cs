using System.Globalization;
using System.Text.RegularExpressions;
using ProvisionStation.Beken.Obk;
using ProvisionStation.Records;

namespace ProvisionStation.Runs.Steps;

/// <summary>What was seen of a unit that was started with its backup in the flash, as measured. Vendor firmware says nowhere that its boot is complete.</summary>
/// <param name="Mean">Mean current over the recipe's window, in mA; null without a meter.</param>
/// <param name="LoaderLine">The boot loader's own line, for example <c>V:BK7231N_1.0.1</c>; null where it was not seen or no log is wired.</param>
/// <param name="LogBytes">Bytes from the log UART; null where none is wired.</param>
/// <param name="ApplicationText">Bytes of readable text behind the loader's lines: only an application says something there.</param>
/// <param name="PrintableShare">Share of text in the log, 0 to 1.</param>
/// <param name="Starts">How often it started, 1 and up; 0 where no log tells.</param>
/// <param name="StalledBelow">Below this mean an application hangs, in mA, by the recipe.</param>
public sealed partial record BackupBoot(
    CurrentMean? Mean, string? LoaderLine, long? LogBytes, int ApplicationText, double PrintableShare, int Starts, double StalledBelow)
{
    private const int StartsThatAreALoop = 3;
    private const int LongestLine = 60;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>True where it lives as far as can be seen, false where it does not, null where the slot cannot tell.</summary>
    /// <remarks>A current above the stalled window is a running application, whatever its log says: vendors log at other rates, or not at all.
    /// A current below it is none, unless readable text says otherwise: then nobody can tell. A log alone proves life, never death.</remarks>
    public bool? Lives => this switch
    {
        { Starts: >= StartsThatAreALoop } => false,
        { Mean: { } mean } when mean.Milliamperes >= StalledBelow => true,
        { Mean: not null } => ApplicationText >= BootJudgement.LeastBytesToJudge ? null : false,
        _ => ApplicationText >= BootJudgement.LeastBytesToJudge ? true : null,
    };

    /// <summary>In words, with the numbers.</summary>
    public string Text
    {
        get
        {
            string current = Mean is null
                ? "no meter is wired"
                : string.Create(CultureInfo.InvariantCulture, $"it draws {Mean.Milliamperes:0.0} mA (stalled below {StalledBelow:0.#} mA)");
            string loop = Starts >= StartsThatAreALoop ? $", it started {Starts} times" : "";
            return $"{current}{loop}; {LogText}";
        }
    }

    private string LogText => LogBytes switch
    {
        null => "no log is wired",
        0 => "TX2 is silent",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{LogBytes} bytes of log, {PrintableShare * 100:0} % text, loader line {LoaderLine ?? "not seen"}, {ApplicationText} bytes said by an application"),
    };

    /// <summary>Starts the unit, leaves it alone until it says something readable or the recipe's boot limit is over, then measures one window.</summary>
    /// <exception cref="Bench.BenchException">The slot's wires or the meter are at fault.</exception>
    public static async Task<BackupBoot> WatchAsync(ActiveRun run, CancellationToken cancel)
    {
        await run.Application.StartAsync(cancel);
        long from = run.Clock.GetTimestamp();
        TimeSpan patience = run.Application.Log is null ? run.Recipe.Boot.Alone : run.Recipe.Boot.Limit;
        while (run.Clock.GetElapsedTime(from) < patience && !HasSpoken(run.Application.Log))
            await Task.Delay(Look, run.Clock, cancel);
        from = run.Clock.GetTimestamp();
        using (run.Current.LookClosely())
            await Task.Delay(run.Recipe.Current.Window, run.Clock, cancel);
        CurrentMean? mean = CurrentMean.Of(run.Current.Since(from), run.Clock.GetElapsedTime(from));
        await run.Application.StopReadingAsync();
        if (mean is { Milliamperes: < BootJudgement.NoCurrentBelowMilliamperes })
            throw BootJudgement.NoContact(string.Create(CultureInfo.InvariantCulture, $"the slot draws {mean.Milliamperes:0.0} mA after power on"));
        if (run.Application.Log is { IsBootComplete: true })
            run.Bus.Boots.CountComplete();
        return Of(run.Application.Log, mean, BootJudgement.StalledBelow(run.Recipe.Current));
    }

    /// <summary>Sorts a log into the loader's lines and what an application says behind them.</summary>
    internal static BackupBoot Of(ObkBootLog? log, CurrentMean? mean, double stalledBelow)
    {
        if (log is null)
            return new BackupBoot(mean, null, null, 0, 1, 0, stalledBelow);
        string[] lines = log.RedactedText([]).Split('\n', StringSplitOptions.TrimEntries);
        string? loader = lines.FirstOrDefault(line => LoaderVersion().IsMatch(line));
        int said = lines.Where(line => !Loaders().IsMatch(line)).Sum(ReadableBytes);
        return new BackupBoot(
            mean, loader?[..Math.Min(loader.Length, LongestLine)], log.ByteCount, said, log.PrintableShare, log.BootCount, stalledBelow);
    }

    /// <summary>What the record keeps of it. The log's text is not kept: nobody knows what a vendor's firmware prints.</summary>
    public IReadOnlyList<Claim> Claims() =>
    [
        LoaderLine is null ? new Claim("loader-line", "not seen", ClaimSource.NotDone) : new Claim("loader-line", LoaderLine, ClaimSource.Readback),
        LogBytes is null
            ? new Claim("log-after-restore", "no log is wired", ClaimSource.NotDone)
            : new Claim("log-after-restore", LogText, ClaimSource.Measured),
    ];

    /// <summary>The current as a measurement against the stalled window; empty without a meter.</summary>
    public Measurement[] Measured(string name) => Mean is null ? [] : [Mean.Measured(name, low: StalledBelow)];

    private static bool HasSpoken(ObkBootLog? log) =>
        log is { ByteCount: > 0 } && (log.BootCount >= StartsThatAreALoop || Of(log, null, 0).ApplicationText >= BootJudgement.LeastBytesToJudge);

    /// <summary>Letters of words, not chance: a line counts where nearly all of it is text.</summary>
    private static int ReadableBytes(string line)
    {
        int text = line.Count(letter => letter is >= ' ' and <= '~');
        return text >= 0.9 * line.Length ? text : 0;
    }

    /// <summary>The N's and T's loaders. Source: boot logs in public threads; instruments sheet, "Boot log on TX2".</summary>
    [GeneratedRegex(@"^V:[A-Za-z0-9_.]{4,40}$", RegexOptions.None, 1000)]
    private static partial Regex LoaderVersion();

    /// <summary>Version, register dump and jump: what a loader says before any application runs.</summary>
    [GeneratedRegex(@"^(V:|REG:|[A-Z]{2,4}:[0-9A-F ]*$|CPSR:|R\d+:|ST:|J 0x)", RegexOptions.None, 1000)]
    private static partial Regex Loaders();
}

using System.Globalization;

namespace ProvisionStation.Records;

/// <summary>The words records, events and reports use for the values of this room. They outlive the program: never rename one.</summary>
public static class RecordText
{
    /// <summary><c>PASS</c>, <c>FAIL</c>, <c>ERROR</c>, <c>ABORTED</c>.</summary>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "PASS",
        Verdict.Fail => "FAIL",
        Verdict.Error => "ERROR",
        Verdict.Aborted => "ABORTED",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such verdict"),
    };

    /// <summary><c>untouched</c>, <c>erased</c>, <c>partly-written</c>, <c>written</c>, <c>configured</c>, <c>restored</c>.</summary>
    public static string Of(UnitState state) => state switch
    {
        UnitState.Untouched => "untouched",
        UnitState.Erased => "erased",
        UnitState.PartlyWritten => "partly-written",
        UnitState.Written => "written",
        UnitState.Configured => "configured",
        UnitState.Restored => "restored",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no such state"),
    };

    /// <summary><c>measured</c>, <c>readback</c>, <c>derived</c>, <c>intended</c>, <c>entered</c>, <c>notdone</c>.</summary>
    public static string Of(ClaimSource source) => source switch
    {
        ClaimSource.Measured => "measured",
        ClaimSource.Readback => "readback",
        ClaimSource.Derived => "derived",
        ClaimSource.Intended => "intended",
        ClaimSource.Entered => "entered",
        ClaimSource.NotDone => "notdone",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "no such source"),
    };

    /// <summary>UTC with milliseconds: <c>yyyy-MM-ddTHH:mm:ss.fffZ</c>.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The verdict with this word.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static Verdict VerdictOf(string word) => Find(Enum.GetValues<Verdict>(), Of, word);

    internal static UnitState StateOf(string word) => Find(Enum.GetValues<UnitState>(), Of, word);

    internal static ClaimSource SourceOf(string word) => Find(Enum.GetValues<ClaimSource>(), Of, word);

    private static T Find<T>(T[] all, Func<T, string> wordOf, string word)
    {
        foreach (T one in all)
        {
            if (wordOf(one) == word)
                return one;
        }

        throw new FormatException($"'{word}' is not one of {string.Join(", ", all.Select(wordOf))}");
    }
}

namespace ProvisionStation.Hosting;

/// <summary>When the journal is checked and copied: once a day, and earlier where many runs have been closed.</summary>
internal static class CopySchedule
{
    /// <summary>Longest time between two copies of a journal that goes on.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromDays(1);

    /// <summary>A copy that is due waits so long for a moment in which no slot works; then it is taken beside the work.</summary>
    public static readonly TimeSpan QuietPatience = TimeSpan.FromHours(1);

    /// <summary>After a copy that could not be taken.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>Most runs that are closed between two copies.</summary>
    public const long EveryRuns = 500;

    /// <summary>True where a copy is due. A clock that was set back makes one due, too.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="lastAt">When the last one was taken; null: never.</param>
    /// <param name="closedThen">The last closing record in it.</param>
    /// <param name="closedNow">The last closing record of the journal.</param>
    public static bool IsDue(DateTimeOffset now, DateTimeOffset? lastAt, long closedThen, long closedNow) =>
        closedNow != closedThen
        && (lastAt is not { } last || (now - last).Duration() >= Every || Math.Abs(closedNow - closedThen) >= EveryRuns);
}

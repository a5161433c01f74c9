using System.Globalization;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Ledger;

/// <summary>The writer's end of the ledger: a fact is committed in the same transaction as what it tells, then appended to the file.</summary>
internal sealed class StationLedger(JournalDatabase database, TimeProvider clock) : IDisposable
{
    /// <summary>Wall and monotonic clock may drift apart by so much between two facts before that is a fact itself.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(5);

    private Moment? _last;

    private readonly record struct Moment(DateTimeOffset At, long? Timestamp);

    /// <summary>The file beside the database.</summary>
    public LedgerFile File { get; } = new(database.Folder);

    /// <summary>Whose facts they are; set at start, before the first one.</summary>
    public Guid Station { get; set; }

    /// <summary>Goes on from what is there.</summary>
    /// <param name="end">Where the file's good facts end.</param>
    /// <param name="last">The last fact; null where there is none.</param>
    public void Continue(LineEnd end, RecordedFact? last)
    {
        File.OpenForAppending(end);
        _last = last is null ? null : new Moment(last.At, null);
    }

    /// <summary>Runs one transaction whose facts are in the database and in the file when this returns.</summary>
    /// <param name="work">What to insert; it is given what records a fact in the same transaction.</param>
    /// <param name="cancel">Ends the wait for the turn.</param>
    /// <param name="committed">Told once the transaction is on stable storage.</param>
    /// <exception cref="RecordsException">Nothing was committed; or it was, but the file took no fact: the next fact or start appends it.</exception>
    public Task<T> WriteAsync<T>(
        Func<SqliteConnection, Func<LedgerFact, RecordedFact>, T> work, CancellationToken cancel, Action? committed = null)
    {
        List<RecordedFact> facts = [];
        Moment? moment = null;
        return database.WriteAsync(
            connection =>
            {
                moment = new Moment(clock.GetUtcNow(), clock.GetTimestamp());
                return work(connection, fact => Record(connection, fact, moment.Value, facts));
            },
            cancel,
            () =>
            {
                committed?.Invoke();
                if (facts.Count == 0)
                    return;
                _last = moment;
                File.Append(facts);
            });
    }

    /// <inheritdoc />
    public void Dispose() => File.Dispose();

    private RecordedFact Record(SqliteConnection connection, LedgerFact fact, Moment now, List<RecordedFact> facts)
    {
        if (facts.Count == 0)
        {
            // What the file did not take before comes first.
            if (LedgerRows.Head(connection).Sequence > File.End.Lines)
                facts.AddRange(LedgerRows.After(connection, File.End.Lines));
            if (Step(now) is { } step)
                facts.Add(LedgerRows.Insert(connection, Station, step, now.At));
        }

        RecordedFact recorded = LedgerRows.Insert(connection, Station, fact, now.At);
        facts.Add(recorded);
        return recorded;
    }

    /// <summary>A clock that stands before the last fact, or that went another way than the monotonic one since then.</summary>
    private LedgerFact? Step(Moment now)
    {
        if (_last is not { } last)
            return null;
        TimeSpan wall = now.At - last.At;
        TimeSpan? passed = last.Timestamp is { } stamp ? clock.GetElapsedTime(stamp, now.Timestamp!.Value) : null;
        bool isStep = wall < TimeSpan.Zero || (passed is { } time && (wall - time).Duration() > ClockTolerance);
        return isStep
            ? new LedgerFact(FactKinds.ClockStep, Station.ToString(), new Dictionary<string, string?>
            {
                ["lastFactAt"] = RowText.Of(last.At),
                ["wallSeconds"] = Seconds(wall),
                ["monotonicSeconds"] = passed is { } monotonic ? Seconds(monotonic) : null,
            })
            : null;
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}

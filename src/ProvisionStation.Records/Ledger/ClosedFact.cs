using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Ledger;

/// <summary>What the ledger tells of closing records, and whether they still say the same.</summary>
internal static class ClosedFact
{
    private const int RunsAtOnce = 500;

    /// <summary>The fact of a run that ends. The hash covers every row of the run: see <see cref="ClosingForm"/>.</summary>
    public static LedgerFact Of(RunRecord run) => new(FactKinds.RunClosed, run.Id.ToString(), new Dictionary<string, string?>
    {
        ["closing"] = run.Sequence!.Value.ToString(CultureInfo.InvariantCulture),
        ["sha256"] = run.Sha256,
        ["verdict"] = RecordText.Of(run.Closing!.Verdict),
        ["reason"] = run.Closing.Reason,
        ["state"] = RecordText.Of(run.Closing.State),
        ["lot"] = run.Opening.Lot,
        ["unit"] = run.UnitId?.ToString(),
        ["mac"] = run.Marks?.Mac,
        ["backupSha256"] = run.Closing.BackupSha256,
    });

    /// <summary>The first fact of a ledger in a journal that was there before it.</summary>
    /// <param name="station">Its station.</param>
    /// <param name="chain">The closing records before it.</param>
    /// <param name="lotReferences">Rows of what lots had agreed on before it; rows are numbered without a gap.</param>
    public static LedgerFact Began(Guid station, ChainState chain, long lotReferences) => new(FactKinds.LedgerBegan, station.ToString(), new Dictionary<string, string?>
    {
        ["closing"] = chain.Records.ToString(CultureInfo.InvariantCulture),
        ["sha256"] = chain.HeadSha256,
        ["lotReferences"] = lotReferences.ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>Where the ledger tells something else of closed runs than their closing records; null where it tells the same.</summary>
    public static string? Contradiction(SqliteConnection connection, params IEnumerable<RunRecord> runs)
    {
        long? older = null;
        foreach (RunRecord[] chunk in runs.Where(run => run.Closing is not null).Chunk(RunsAtOnce))
        {
            Dictionary<string, string> facts = Facts(connection, [.. chunk.Select(run => run.Id.ToString())]);
            foreach (RunRecord run in chunk)
            {
                if (facts.TryGetValue(run.Id.ToString(), out string? text))
                {
                    if (Contradiction(run, FactForm.Parse(text)) is { } contradiction)
                        return contradiction;
                }
                else if (run.Sequence > (older ??= OlderClosings(connection)))
                {
                    return $"the ledger has no fact of run {run.Id}, closing record {run.Sequence}";
                }
            }
        }

        return null;
    }

    private static string? Contradiction(RunRecord run, RecordedFact fact)
    {
        LedgerFact expected = FactForm.Clean(Of(run));
        string? name = expected.Body.Keys.FirstOrDefault(key => expected[key] != fact.Fact[key]);
        return name is null
            ? null
            : $"run {run.Id}, closing record {run.Sequence}, has {name} {expected[name] ?? "(none)"}, the ledger says {fact.Fact[name] ?? "(none)"} (fact {fact.Sequence})";
    }

    private static Dictionary<string, string> Facts(SqliteConnection connection, string[] runs)
    {
        const string sql = "SELECT subject, text, sha256 FROM ledger WHERE kind = @kind AND subject IN @runs";
        Dictionary<string, string> facts = [];
        foreach ((string run, string text, string sha256) in connection.Query<(string, string, string)>(sql, new { kind = FactKinds.RunClosed, runs }))
        {
            if (FactForm.Sha256Of(text) != sha256 || !facts.TryAdd(run, text))
                throw new FormatException($"the ledger's fact of run {run} was changed");
        }

        return facts;
    }

    /// <summary>How many closing records are older than the ledger.</summary>
    public static long OlderClosings(SqliteConnection connection) => Older(connection, "closing");

    /// <summary>How many rows of what lots agreed on are older than the ledger.</summary>
    public static long OlderReferences(SqliteConnection connection) => Older(connection, "lotReferences");

    private static long Older(SqliteConnection connection, string what) =>
        LedgerRows.Load(connection, 1) is { Kind: FactKinds.LedgerBegan } began ? long.Parse(began.Fact[what] ?? "0", CultureInfo.InvariantCulture) : 0;
}

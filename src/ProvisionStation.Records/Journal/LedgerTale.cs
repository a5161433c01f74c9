using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>What <c>ledger.jsonl</c> tells beyond a copy of the journal: one fact a line. It is read for what it knows and not as proof: the chain
/// of its lines is checked by whoever owns it.</summary>
/// <param name="IsThere">False where the station has no such file: then nobody knows what was lost.</param>
/// <param name="Unreadable">Lines that are no facts.</param>
/// <param name="Station">Whose facts they are; null where none tells.</param>
/// <param name="Lost">Runs that were closed after the copy, in that order.</param>
/// <param name="Lots">How lots were opened, by name.</param>
/// <param name="Decided">What a person decided about units after the copy, in that order.</param>
internal sealed record LedgerTale(
    bool IsThere,
    int Unreadable,
    Guid? Station,
    IReadOnlyList<LostRun> Lost,
    IReadOnlyDictionary<string, (string Recipe, int Revision, string Sha256)> Lots,
    IReadOnlyList<LedgerFact> Decided)
{
    /// <summary>A fact is some hundred bytes long; nothing that the station writes is longer than this.</summary>
    private const int LongestLine = 4 << 20;

    private const string ClosedSql = "SELECT count(*) FROM run_closed WHERE run = @run";

    /// <summary>Reads what comes behind the facts that the copy has too, line by line.</summary>
    /// <param name="file">The ledger's file.</param>
    /// <param name="former">The same, looked at beside the copy.</param>
    /// <param name="copy">The copy: a run that is closed in it is not lost, whatever its number.</param>
    /// <param name="cancel">Ends it between lines.</param>
    public static LedgerTale Read(LedgerFile file, FormerLedger former, SqliteConnection copy, CancellationToken cancel)
    {
        int unreadable = 0;
        Guid? station = null;
        SortedDictionary<long, LostRun> lost = [];
        Dictionary<string, (string, int, string)> lots = [];
        List<LedgerFact> decided = [];
        foreach (string line in former.LinesApart(file))
        {
            cancel.ThrowIfCancellationRequested();
            bool Tells(string kind) => line.Contains($"\"kind\":\"{kind}\"", StringComparison.Ordinal);
            (bool isRun, bool isLot) = (Tells(FactKinds.RunClosed), Tells(FactKinds.LotOpened));
            if (!isRun && !isLot && !Tells(FactKinds.Disposition))
                continue;
            try
            {
                if (line.Length > LongestLine)
                    throw new FormatException("it is too long for a fact");
                using JsonDocument fact = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 4 });
                string subject = Text(fact.RootElement, "subject");
                JsonElement body = fact.RootElement.GetProperty("body");
                station = Guid.Parse(Text(fact.RootElement, "station"));
                if (isLot)
                    lots[subject] = (Text(body, "recipe"), int.Parse(Text(body, "recipeRevision"), CultureInfo.InvariantCulture), Text(body, "recipeSha256"));
                else if (!isRun)
                    decided.Add(Decision(Guid.Parse(subject), body, fact.RootElement.GetProperty("sequence").GetInt64()));
                else if (copy.ExecuteScalar<long>(ClosedSql, new { run = Guid.Parse(subject).ToString() }) == 0
                    && long.Parse(Text(body, "closing"), CultureInfo.InvariantCulture) is var closing)
                    lost[closing] = Run(closing, Guid.Parse(subject), body);
            }
            catch (Exception e) when (e is JsonException or FormatException or ArgumentException or OverflowException or KeyNotFoundException or InvalidOperationException)
            {
                unreadable++;
            }
        }

        return new LedgerTale(former.Sha256 is not null, unreadable, station, [.. lost.Values], lots, decided);
    }

    /// <summary>The same fact, which says where it was told first.</summary>
    private static LedgerFact Decision(Guid unit, JsonElement body, long sequence)
    {
        LedgerFact fact = Disposition.Fact(unit, Text(body, "as"), Text(body, "reason"), Text(body, "operator"));
        return fact with
        {
            Body = new Dictionary<string, string?>(fact.Body) { ["formerFact"] = sequence.ToString(CultureInfo.InvariantCulture) },
        };
    }

    private static LostRun Run(long closing, Guid run, JsonElement body) => new(
        closing,
        Text(body, "sha256"),
        run,
        RecordText.VerdictOf(Text(body, "verdict")),
        Optional(body, "reason"),
        RecordText.StateOf(Text(body, "state")),
        Text(body, "lot"),
        Optional(body, "mac"),
        Optional(body, "backupSha256"));

    private static string Text(JsonElement of, string name) =>
        Optional(of, name) is { Length: > 0 } text ? text : throw new FormatException($"it has no {name}");

    private static string? Optional(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? CleanText.Of(value.GetString()!) : null;
}

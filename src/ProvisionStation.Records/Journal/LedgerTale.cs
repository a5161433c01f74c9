using System.Globalization;
using System.Text.Json;

namespace ProvisionStation.Records.Journal;

/// <summary>What <c>ledger.jsonl</c> tells beyond a copy of the journal: one fact a line. It is read for what it knows and not as proof: the chain
/// of its lines is checked by whoever owns it.</summary>
/// <param name="IsThere">False where the station has no such file: then nobody knows what was lost.</param>
/// <param name="Unreadable">Lines that are no facts.</param>
/// <param name="Station">Whose facts they are; null where none tells.</param>
/// <param name="Lost">Runs that were closed after the copy, in that order.</param>
/// <param name="Lots">How lots were opened, by name.</param>
internal sealed record LedgerTale(
    bool IsThere, int Unreadable, Guid? Station, IReadOnlyList<LostRun> Lost, IReadOnlyDictionary<string, (string Recipe, int Revision, string Sha256)> Lots)
{
    private const string FileName = "ledger.jsonl";

    /// <summary>A fact is some hundred bytes long; nothing that the station writes is longer than this.</summary>
    private const int LongestLine = 4 << 20;

    /// <summary>Reads it, line by line.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="closed">The last closing record of the copy.</param>
    /// <param name="cancel">Ends it between lines.</param>
    public static LedgerTale Read(string folder, long closed, CancellationToken cancel)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return new LedgerTale(false, 0, null, [], new Dictionary<string, (string, int, string)>());
        int unreadable = 0;
        Guid? station = null;
        SortedDictionary<long, LostRun> lost = [];
        Dictionary<string, (string, int, string)> lots = [];
        foreach (string line in File.ReadLines(path))
        {
            cancel.ThrowIfCancellationRequested();
            bool isRun = line.Contains("\"kind\":\"run-closed\"", StringComparison.Ordinal);
            bool isLot = line.Contains("\"kind\":\"lot-opened\"", StringComparison.Ordinal);
            if (!isRun && !isLot)
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
                else if (long.Parse(Text(body, "closing"), CultureInfo.InvariantCulture) is var closing && closing > closed)
                    lost[closing] = Run(closing, Guid.Parse(subject), body);
            }
            catch (Exception e) when (e is JsonException or FormatException or OverflowException or KeyNotFoundException or InvalidOperationException)
            {
                unreadable++;
            }
        }

        return new LedgerTale(true, unreadable, station, [.. lost.Values], lots);
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

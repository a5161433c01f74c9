using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Ledger;

/// <summary>A fact as one line of canonical JSON, and back. The form is kept for ever under its name: another one gets another name.</summary>
internal static class FactForm
{
    /// <summary>The previous hash of the first fact.</summary>
    public static readonly string NoPrevious = new('0', 64);

    private const string Name = "provision-station/fact/1";
    private const int LongestKind = 40;

    /// <summary>The fact as it is kept: text without what SQL, JSON and UTF-8 would lose.</summary>
    /// <exception cref="ArgumentException">The kind or the subject has no form that is allowed.</exception>
    public static LedgerFact Clean(LedgerFact fact)
    {
        if (fact.Kind.Length is 0 or > LongestKind || !fact.Kind.All(letter => letter is (>= 'a' and <= 'z') or '-'))
            throw new ArgumentException($"'{fact.Kind}' is no kind of fact", nameof(fact));
        string subject = CleanText.Of(fact.Subject);
        if (subject.Length == 0)
            throw new ArgumentException("a fact is about something", nameof(fact));
        return new LedgerFact(fact.Kind, subject, fact.Body.ToDictionary(one => CleanText.Of(one.Key), one => CleanText.OfOptional(one.Value)));
    }

    /// <summary>The fact with its line and hash.</summary>
    public static RecordedFact Of(long sequence, string previous, DateTimeOffset at, Guid station, LedgerFact fact)
    {
        LedgerFact kept = Clean(fact);
        string text = CanonicalJson.TextOf(new JsonObject
        {
            ["form"] = Name,
            ["sequence"] = sequence,
            ["previous"] = previous,
            ["at"] = RowText.Of(at),
            ["station"] = station.ToString(),
            ["kind"] = kept.Kind,
            ["subject"] = kept.Subject,
            ["body"] = new JsonObject(kept.Body.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        });
        return new RecordedFact(sequence, previous, at.ToUniversalTime(), station, kept, text, Sha256Of(text));
    }

    /// <summary>Hash of a line, lower-case hex.</summary>
    public static string Sha256Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The fact that a line tells.</summary>
    /// <exception cref="FormatException">It is not the form of a fact.</exception>
    public static RecordedFact Parse(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 3 });
            JsonElement fact = document.RootElement;
            if (fact.GetProperty("form").GetString() != Name)
                throw new FormatException($"its form is {fact.GetProperty("form")}, not {Name}");
            Dictionary<string, string?> body = fact.GetProperty("body").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetString());
            return new RecordedFact(
                fact.GetProperty("sequence").GetInt64(),
                fact.GetProperty("previous").GetString()!,
                RowText.TimeOf(fact.GetProperty("at").GetString()!),
                Guid.Parse(fact.GetProperty("station").GetString()!),
                new LedgerFact(fact.GetProperty("kind").GetString()!, fact.GetProperty("subject").GetString()!, body),
                text,
                Sha256Of(text));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"it is not the line of a fact: {e.Message}", e);
        }
    }
}

using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Ledger;

/// <summary>Walks every fact in the database.</summary>
internal static class LedgerCheck
{
    /// <summary>Hashes every fact again: each names the hash of the one before, its own number, and what its row is found by.</summary>
    /// <returns>Facts that are good, hash of the last one, how many of them tell of a closed run, and the first break in words.</returns>
    public static (long Good, string Head, long Closings, string? Break) Walk(SqliteConnection connection, CancellationToken cancel)
    {
        (long good, string head, long closings) = (0, FactForm.NoPrevious, 0);
        string? station = connection.QueryFirstOrDefault<string>("SELECT id FROM station");
        const string sql = "SELECT sequence, kind, subject, text, sha256 FROM ledger ORDER BY sequence";
        foreach ((long sequence, string kind, string subject, string text, string sha256) in connection.Query<(long, string, string, string, string)>(
            sql, buffered: false))
        {
            cancel.ThrowIfCancellationRequested();
            if (sequence != good + 1)
                return (good, head, closings, $"fact {good + 1} is missing: the next one is {sequence}");
            if (Problem(sequence, kind, subject, text, sha256, head, station) is { } problem)
                return (good, head, closings, $"fact {sequence} of the ledger {problem}");
            (good, head) = (sequence, sha256);
            closings += kind == FactKinds.RunClosed ? 1 : 0;
        }

        return (good, head, closings, null);
    }

    private static string? Problem(long sequence, string kind, string subject, string text, string sha256, string previous, string? station)
    {
        string hash = FactForm.Sha256Of(text);
        if (hash != sha256)
            return $"was changed: it hashes to {hash}, it was kept as {sha256}";
        try
        {
            RecordedFact fact = FactForm.Parse(text);
            if (fact.PreviousSha256 != previous)
                return $"does not follow the one before: it names {fact.PreviousSha256}, that one is {previous}";
            if (fact.Station.ToString() != station)
                return $"is of station {fact.Station}, this is station {station}";
            return (fact.Sequence, fact.Kind, fact.Subject) == (sequence, kind, subject)
                ? null
                : $"stands as {kind} of {subject}, its text says fact {fact.Sequence}, {fact.Kind} of {fact.Subject}";
        }
        catch (FormatException e)
        {
            return $"was changed: {e.Message}";
        }
    }
}

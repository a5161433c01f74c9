using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Ledger;

/// <summary>Facts as rows.</summary>
internal static class LedgerRows
{
    /// <summary>Number and hash of the last fact; 0 and 64 zeros where there is none.</summary>
    public static (long Sequence, string Sha256) Head(SqliteConnection connection) =>
        connection.QueryFirstOrDefault<(long, string)?>("SELECT sequence, sha256 FROM ledger ORDER BY sequence DESC LIMIT 1") ?? (0, FactForm.NoPrevious);

    /// <summary>Appends a fact inside the caller's transaction.</summary>
    public static RecordedFact Insert(SqliteConnection connection, Guid station, LedgerFact fact, DateTimeOffset at)
    {
        (long last, string previous) = Head(connection);
        RecordedFact recorded = FactForm.Of(last + 1, previous, at, station, fact);
        connection.Execute("INSERT INTO ledger (sequence, kind, subject, text, sha256) VALUES (@Sequence, @Kind, @Subject, @Text, @Sha256)", recorded);
        return recorded;
    }

    /// <summary>The fact with this number; null where there is none.</summary>
    public static RecordedFact? Load(SqliteConnection connection, long sequence) =>
        connection.QueryFirstOrDefault<(string, string)?>("SELECT text, sha256 FROM ledger WHERE sequence = @sequence", new { sequence }) is { } row ? Checked(row) : null;

    /// <summary>The last fact of one of these kinds; it is looked for from the end.</summary>
    public static RecordedFact? Last(SqliteConnection connection, params string[] kinds) =>
        // The plus keeps SQLite from sorting all facts of a kind.
        connection.QueryFirstOrDefault<(string, string)?>("SELECT text, sha256 FROM ledger WHERE +kind IN @kinds ORDER BY sequence DESC LIMIT 1", new { kinds }) is { } row
            ? Checked(row)
            : null;

    /// <summary>The last facts that match, oldest first; null: any.</summary>
    public static IReadOnlyList<RecordedFact> Find(SqliteConnection connection, string? kind, string? subject, int most)
    {
        string where = (kind, subject) switch
        {
            (null, null) => "",
            (_, null) => "WHERE kind = @kind",
            (null, _) => "WHERE subject = @subject",
            _ => "WHERE kind = @kind AND subject = @subject",
        };
        string sql = $"SELECT text, sha256 FROM (SELECT sequence, text, sha256 FROM ledger {where} ORDER BY sequence DESC LIMIT @most) ORDER BY sequence";
        return [.. connection.Query<(string, string)>(sql, new { kind, subject, most }).Select(Checked)];
    }

    /// <summary>The facts after a number, oldest first.</summary>
    public static IEnumerable<RecordedFact> After(SqliteConnection connection, long sequence) => connection.Query<(string, string)>(
        "SELECT text, sha256 FROM ledger WHERE sequence > @sequence ORDER BY sequence", new { sequence }, buffered: false).Select(Checked);

    private static RecordedFact Checked((string Text, string Sha256) row)
    {
        RecordedFact fact = FactForm.Parse(row.Text);
        return fact.Sha256 == row.Sha256
            ? fact
            : throw new FormatException($"fact {fact.Sequence} of the ledger was changed: it hashes to {fact.Sha256}, it was kept as {row.Sha256}");
    }
}

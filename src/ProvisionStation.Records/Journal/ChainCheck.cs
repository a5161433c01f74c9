using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>Walks the chain of closing records and hashes every run again from its rows.</summary>
/// <remarks>What it cannot see: closing records cut off at the end, as nothing comes after them. A copy of the last hash elsewhere shows that.</remarks>
internal static class ChainCheck
{
    /// <summary>How far back the start of the station looks: the head and the one before.</summary>
    private const long HeadLength = 2;

    /// <summary>Checks the last records only.</summary>
    /// <returns>The first break in words; null: none.</returns>
    public static string? Head(SqliteConnection connection, CancellationToken cancel)
    {
        long last = connection.ExecuteScalar<long>("SELECT coalesce(max(sequence), 0) FROM run_closed");
        return Walk(connection, Math.Max(1, last - HeadLength + 1), cancel);
    }

    /// <summary>Checks every record from a sequence number on.</summary>
    /// <returns>The first break in words; null: none.</returns>
    public static string? Walk(SqliteConnection connection, long from, CancellationToken cancel)
    {
        string previous = connection.QuerySingleOrDefault<string>(
            "SELECT sha256 FROM run_closed WHERE sequence = @before", new { before = from - 1 }) ?? ClosingForm.NoPrevious;
        long expected = from;
        foreach ((long sequence, string id) in connection
            .Query<(long, string)>("SELECT sequence, run FROM run_closed WHERE sequence >= @from ORDER BY sequence", new { from }).AsList())
        {
            cancel.ThrowIfCancellationRequested();
            if (sequence != expected)
                return $"closing record {expected} is missing: the next one is {sequence}";
            if (Break(connection, sequence, id, previous) is { } broken)
                return broken;
            previous = connection.QuerySingle<string>("SELECT sha256 FROM run_closed WHERE sequence = @sequence", new { sequence });
            expected++;
        }

        return null;
    }

    private static string? Break(SqliteConnection connection, long sequence, string id, string previous)
    {
        try
        {
            if (!Guid.TryParse(id, out Guid run) || RunReader.Load(connection, run) is not { } closed)
                return $"closing record {sequence} belongs to run {id}, which is not there";
            if (closed.PreviousSha256 != previous)
                return $"closing record {sequence} does not follow the one before: it names {closed.PreviousSha256}, that one is {previous}";
            string hash = ClosingForm.Sha256Of(closed);
            return hash == closed.Sha256
                ? null
                : $"run {id}, closing record {sequence}, was changed: it hashes to {hash}, it was closed as {closed.Sha256}";
        }
        catch (Exception e) when (e is FormatException or JsonException or OverflowException or InvalidCastException)
        {
            return $"run {id}, closing record {sequence}, was changed: {e.Message}";
        }
    }
}

using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ProvisionStation.Records.Journal;

/// <summary>Looks at the pages of a journal or a copy, through a connection of its own that only reads: no run is held up.</summary>
public static class JournalFile
{
    /// <summary>So many problems are told; one is enough to stop.</summary>
    public const int MostProblems = 10;

    private const int Interrupted = 9;
    private const int Damaged = 11;
    private const int NoDatabase = 26;

    /// <summary>Reads every page: SQLite's integrity_check and foreign_key_check. About a second per 350 MB.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="cancel">Ends it in the middle.</param>
    /// <exception cref="RecordsException">It is not there or cannot be opened. Damage is no exception: it is in the result.</exception>
    public static Task<JournalLook> LookAsync(string path, CancellationToken cancel) => Task.Run(() => Look(path, cancel), cancel);

    /// <summary>The same, on the caller's thread.</summary>
    internal static JournalLook Look(string path, CancellationToken cancel)
    {
        FileInfo file = new(path);
        if (!file.Exists)
            throw new RecordsException("record-lost", $"there is no file {path}", "Give the path of a copy of the journal.") { IsWrongUse = true };
        FileInfo log = new(path + "-wal");
        JournalLook look = new(path, file.Length, log.Exists ? log.Length : 0, 0, null, 0, ClosingForm.NoPrevious, []);
        try
        {
            using SqliteConnection connection = JournalDatabase.Connect(path, SqliteOpenMode.ReadOnly);
            using CancellationTokenRegistration stop = InterruptedBy(connection, cancel);
            cancel.ThrowIfCancellationRequested();
            return Look(connection, look);
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            return look with { Problems = [CleanText.Of(e.Message)] };
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Interrupted)
        {
            throw new OperationCanceledException(e.Message, e, cancel);
        }
        catch (Exception e) when (JournalDatabase.Lost(e, path) is { } lost)
        {
            throw lost;
        }
    }

    /// <summary>True where it is the pages of the database that are wrong.</summary>
    internal static bool IsDamage(SqliteException e) => e.SqliteErrorCode is Damaged or NoDatabase;

    /// <summary>Ends what a connection is doing when the token says so.</summary>
    internal static CancellationTokenRegistration InterruptedBy(SqliteConnection connection, CancellationToken cancel) =>
        cancel.Register(() => raw.sqlite3_interrupt(connection.Handle));

    /// <summary>Number and hash of the last closing record; 0 and 64 zeros where there is none. In every form since the first.</summary>
    internal static (long Closed, string Sha256) Head(SqliteConnection connection) =>
        connection.QueryFirstOrDefault<(long, string)?>("SELECT sequence, sha256 FROM run_closed ORDER BY sequence DESC LIMIT 1") ?? (0, ClosingForm.NoPrevious);

    private static JournalLook Look(SqliteConnection connection, JournalLook look)
    {
        List<string> problems = connection.Query<string>($"PRAGMA integrity_check({MostProblems})").Where(line => line != "ok").Select(CleanText.Of).AsList();
        if (problems.Count > 0)
            return look with { Problems = problems };
        long form = Migrations.VersionOf(connection);
        string? station = form == 0 ? null : connection.QueryFirstOrDefault<string>("SELECT id FROM station");
        if (station is null)
            return look with { Form = form, Problems = [form == 0 ? "it is no journal of a station" : "it belongs to no station"] };
        long loose = connection.Query("PRAGMA foreign_key_check").Take(MostProblems).Count();
        (long closed, string sha256) = Head(connection);
        return look with
        {
            Form = form,
            Station = Guid.TryParse(station, out Guid id) ? id : null,
            Closed = closed,
            LastSha256 = sha256,
            Problems = loose == 0 ? [] : [$"{loose} rows or more belong to runs, units or lots that are not there"],
        };
    }
}

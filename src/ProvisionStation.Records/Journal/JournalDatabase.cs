using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>The file behind the journal: one writer, a lock per data folder, a new connection for every read.</summary>
internal sealed class JournalDatabase : IAsyncDisposable
{
    public const string FileName = "journal.db";
    private const int BusySeconds = 10;

    /// <summary>A check of all pages takes a second per 350 MB: at the start only where nobody notices.</summary>
    private const long QuickCheckMostBytes = 128L << 20;

    /// <summary>What a long look at the journal let the -wal grow to is given back to the disk.</summary>
    private const long LogMostBytes = 16L << 20;

    /// <summary>A commit takes milliseconds; a disk that takes none for so long is lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly StationLock? _lock;
    private readonly SqliteConnection? _writer;
    private bool _isClosed;

    static JournalDatabase() => SQLitePCL.Batteries_V2.Init();

    private JournalDatabase(string path, TimeProvider clock, StationLock? held, SqliteConnection? writer)
    {
        _path = path;
        _clock = clock;
        _lock = held;
        _writer = writer;
        ReadBackFrom = () => path;
    }

    /// <summary>The data folder it lies in.</summary>
    public string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>The file that a closed run is read back from (law 2); tests name one that lost or changed it, as a bad disk would.</summary>
    internal Func<string> ReadBackFrom { get; set; }

    /// <summary>Opens or creates the database for the one program that writes. Before it is brought to a newer form, a copy of it is kept.</summary>
    /// <param name="dataFolder">The station's.</param>
    /// <param name="clock">The clock of its limits and rows.</param>
    /// <param name="scripts">The scripts of this program; tests give others.</param>
    public static JournalDatabase OpenForWriting(string dataFolder, TimeProvider clock, IReadOnlyList<(long Number, string Script)>? scripts = null)
    {
        string folder = Path.GetFullPath(dataFolder);
        string path = Path.Combine(folder, FileName);
        StationLock? held = null;
        SqliteConnection? writer = null;
        try
        {
            StableStorage.CreatePrivateFolder(folder);
            held = StationLock.Take(folder);
            FormerJournal.RequireThere(folder);
            RequirePrivate(path);
            writer = Connect(path, SqliteOpenMode.ReadWriteCreate);
            UseDurably(writer, path);
            RequireSound(writer, path);
            Migrations.Apply(writer, path, clock, () => new JournalCopies(folder, clock).Take(CancellationToken.None), scripts);
            StableStorage.SyncFolder(folder);
            return new JournalDatabase(path, clock, held, writer);
        }
        catch (Exception e)
        {
            writer?.Dispose();
            held?.Dispose();
            throw Lost(e, path) ?? e;
        }
    }

    /// <summary>Opens an existing database for reading only.</summary>
    public static JournalDatabase OpenForReading(string dataFolder, TimeProvider clock)
    {
        string path = Path.Combine(Path.GetFullPath(dataFolder), FileName);
        FormerJournal.RequireThere(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
            throw new RecordsException("record-lost", $"there is no journal in {dataFolder}", "Name the station's data folder with --data.") { IsWrongUse = true };
        JournalDatabase database = new(path, clock, null, null);
        try
        {
            using SqliteConnection connection = database.OpenReader();
            Migrations.RequireCurrent(connection, path);
            return database;
        }
        catch (Exception e)
        {
            throw Lost(e, path) ?? e;
        }
    }

    /// <summary>Runs one transaction that is on stable storage when this returns; one at a time, off the caller's thread.</summary>
    /// <param name="work">What to insert.</param>
    /// <param name="cancel">Ends the wait for the turn; a transaction that began is never left half-way.</param>
    /// <param name="committed">Told once it is on stable storage, before the next writer's turn.</param>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancel, Action? committed = null)
    {
        if (_writer is null)
            throw new InvalidOperationException("the journal is open for reading only");
        await TakeTurnAsync(cancel);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            T result = await Task.Run(() => Write(work), CancellationToken.None);
            committed?.Invoke();
            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Asks or sets something of the writer's own connection, which another connection cannot see; a seam for tests.</summary>
    internal Task<string?> PragmaAsync(string pragma) =>
        WriteAsync(connection => connection.ExecuteScalar<string>("PRAGMA " + pragma), CancellationToken.None);

    /// <summary>Reads from one state of the database, beside the writer.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancel) => Task.Run(() => Read(OpenReader, work), cancel);

    /// <summary>Reads through a connection that has seen nothing of the writer's.</summary>
    public Task<T> ReadBackAsync<T>(Func<SqliteConnection, T> work) =>
        Task.Run(() => Read(() => Connect(ReadBackFrom(), SqliteOpenMode.ReadOnly), work));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await TakeTurnAsync(CancellationToken.None);
        try
        {
            _isClosed = true;
            _writer?.Dispose();
            _lock?.Dispose();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task TakeTurnAsync(CancellationToken cancel)
    {
        using CancellationTokenSource limit = new(Patience, _clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await _turn.WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new RecordsException(
                "record-lost",
                $"the journal {_path} took no record for {Patience.TotalSeconds:0} s",
                "Look at the station's disk: it does not answer.");
        }
    }

    private T Write<T>(Func<SqliteConnection, T> work)
    {
        try
        {
            using SqliteTransaction transaction = _writer!.BeginTransaction(deferred: false);
            T result = work(_writer);
            transaction.Commit();
            return result;
        }
        catch (Exception e) when (Lost(e, _path) is { } lost)
        {
            throw lost;
        }
    }

    private T Read<T>(Func<SqliteConnection> open, Func<SqliteConnection, T> work)
    {
        try
        {
            using SqliteConnection connection = open();
            using SqliteTransaction oneState = connection.BeginTransaction(deferred: true);
            return work(connection);
        }
        catch (Exception e) when (Lost(e, _path) is { } lost)
        {
            throw lost;
        }
    }

    private SqliteConnection OpenReader() => Connect(_path, SqliteOpenMode.ReadOnly);

    /// <summary>A connection of its own; the caller disposes it.</summary>
    internal static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            ForeignKeys = true,
            DefaultTimeout = BusySeconds,
        }.ToString());
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {BusySeconds * 1000}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A commit returns when it is on the disk, and a REPLACE cannot get round the triggers. Both are looked at, not believed.</summary>
    private static void UseDurably(SqliteConnection writer, string path)
    {
        string? mode = writer.ExecuteScalar<string>("PRAGMA journal_mode = WAL");
        writer.Execute($"PRAGMA synchronous = FULL; PRAGMA recursive_triggers = ON; PRAGMA journal_size_limit = {LogMostBytes}");
        long synchronous = writer.ExecuteScalar<long>("PRAGMA synchronous");
        if (mode != "wal" || synchronous != 2)
        {
            throw new RecordsException(
                "record-lost",
                $"the file system of {path} cannot keep a journal durably (mode {mode}, synchronous {synchronous})",
                "Put the data folder on a local disk, not on a network share.");
        }
    }

    /// <summary>For its owner only. SQLite gives its -wal and -shm the rights of the database, so that is made before SQLite would.</summary>
    private static void RequirePrivate(string path)
    {
        if (!File.Exists(path))
            StableStorage.CreatePrivate(path).Dispose();
        foreach (string file in new[] { path, path + "-wal", path + "-shm" })
            StableStorage.MakePrivate(file);
    }

    /// <summary>Damage in the pages of a journal that is not large shows before any unit is touched; a large one is checked on schedule.</summary>
    private static void RequireSound(SqliteConnection writer, string path)
    {
        if (new FileInfo(path).Length > QuickCheckMostBytes)
            return;
        string? found = writer.QueryFirstOrDefault<string>("PRAGMA quick_check(1)");
        if (found != "ok")
            throw new RecordsException("record-lost", $"the journal {path} is damaged: {CleanText.Of(found ?? "it cannot be checked")}", BringBack);
    }

    /// <summary>What the system said, in words an operator can act on; null for what is not the storage's fault.</summary>
    internal static RecordsException? Lost(Exception e, string path) => e switch
    {
        SqliteException sqlite => Lost(sqlite, path),
        IOException or UnauthorizedAccessException => new RecordsException(
            "record-lost",
            $"the journal {path} cannot be written: {e.Message}",
            "Check that the data folder exists, its permissions and its disk.",
            e),
        FormatException or JsonException or OverflowException or InvalidCastException => new RecordsException(
            "record-lost", $"the journal {path} holds a value that was never written by the station: {e.Message}", BringBack, e),
        _ => null,
    };

    internal const string BringBack = "Leave the data folder as it is and put a copy in place with 'journal restore': docs/recovery.md says how.";

    // The primary result codes of SQLite, https://sqlite.org/rescode.html
    private static RecordsException Lost(SqliteException e, string path)
    {
        (string what, string remedy) = e.SqliteErrorCode switch
        {
            13 => ("its disk is full", "Free space on the station's disk, then start again."),
            8 => ("it is read-only", "Give the station's user the right to write to the data folder, or mount its disk writable."),
            14 => ("it cannot be opened", "Check that the data folder exists, its permissions and its disk."),
            10 => ("its disk reports an error", "Replace the station's disk before any unit is touched."),
            11 or 26 => ("it is damaged", BringBack),
            5 or 6 => ("another program holds it", "Close whatever has the journal open for writing, then start again."),
            _ => ("it refused a record", "Report this with the station's log."),
        };
        return new RecordsException("record-lost", $"the journal {path} cannot be used, {what}: {e.Message}", remedy, e);
    }
}

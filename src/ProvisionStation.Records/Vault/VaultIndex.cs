using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Vault;

/// <summary>Finds records in the packs. The packs are the truth: what is in here can be read out of them again.</summary>
/// <remarks>A file beside the packs for the one that writes; a copy in memory for those that only read and found the file missing, old or not
/// to be opened. Every operation has a connection of its own, so nothing is held open in between.</remarks>
#pragma warning disable CA1001 // What it holds open is in memory only, and goes with it.
internal sealed class VaultIndex
#pragma warning restore CA1001
{
    public const string FileName = "index.db";
    private const int BusySeconds = 10;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS pack (number INTEGER PRIMARY KEY, bytes INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS record (
            kind INTEGER NOT NULL, name BLOB NOT NULL, pack INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, bytes INTEGER NOT NULL,
            PRIMARY KEY (kind, name)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS record_by_pack ON record (pack, offset);
        CREATE TABLE IF NOT EXISTS damage (pack INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, PRIMARY KEY (pack, offset)) WITHOUT ROWID;
        PRAGMA user_version = 1;
        """;

    private readonly string _source;
    private readonly SqliteOpenMode _mode;

    /// <summary>Keeps what is in memory alive as long as this object.</summary>
    private readonly SqliteConnection? _memory;

    static VaultIndex() => SQLitePCL.Batteries_V2.Init();

    private VaultIndex(string source, SqliteOpenMode mode)
    {
        (_source, _mode) = (source, mode);
        _memory = mode == SqliteOpenMode.Memory ? Connect() : null;
    }

    /// <summary>The file of a vault for writing; one that is damaged is made anew.</summary>
    public static VaultIndex OpenFile(string vault)
    {
        string path = Path.Combine(vault, FileName);
        VaultIndex index = new(path, SqliteOpenMode.ReadWrite);
        try
        {
            return index.Made(path);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 11 or 26 or 1)
        {
            // Damaged, no database, or of another form: the packs tell it again.
            File.Delete(path);
            File.Delete(path + "-journal");
            return index.Made(path);
        }
    }

    /// <summary>A copy in memory of what the file says, if it can be opened; otherwise an empty one.</summary>
    public static VaultIndex OpenCopy(string vault)
    {
        VaultIndex copy = new($"vault-{Guid.NewGuid():N}", SqliteOpenMode.Memory);
        try
        {
            VaultIndex file = new(Path.Combine(vault, FileName), SqliteOpenMode.ReadOnly);
            using SqliteConnection source = file.Connect();
            if (source.ExecuteScalar<long>("PRAGMA user_version") == 1)
                source.BackupDatabase(copy._memory!);
        }
        catch (SqliteException)
        {
            // Not there, damaged, or on a disk that SQLite cannot work on: everything is read from the packs.
        }

        copy.Write(connection => connection.Execute(Tables));
        return copy;
    }

    /// <summary>One transaction, on the disk when this returns.</summary>
    public void Write(Action<SqliteConnection> work)
    {
        using SqliteConnection connection = Connect();
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        work(connection);
        transaction.Commit();
    }

    public T Read<T>(Func<SqliteConnection, T> work)
    {
        using SqliteConnection connection = Connect();
        return work(connection);
    }

    /// <summary>The packs as far as they are in here, by number.</summary>
    public IReadOnlyDictionary<int, long> Packs() => Read(
        connection => connection.Query<(int Number, long Bytes)>("SELECT number, bytes FROM pack").ToDictionary(row => row.Number, row => row.Bytes));

    public IReadOnlyList<PackDamage> Damages() => Read(
        connection => connection.Query<(int Pack, long Offset, long Length)>("SELECT pack, offset, length FROM damage ORDER BY 1, 2")
            .Select(row => new PackDamage(row.Pack, row.Offset, row.Length))
            .ToArray());

    public PackPlace? Find(RecordKind kind, byte[] name) => Read(connection => Find(connection, kind, name));

    public static PackPlace? Find(SqliteConnection connection, RecordKind kind, byte[] name)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT pack, offset, length, bytes FROM record WHERE kind = $kind AND name = $name";
        command.Parameters.AddWithValue("$kind", (int)kind);
        command.Parameters.AddWithValue("$name", name);
        using SqliteDataReader row = command.ExecuteReader();
        return row.Read() ? new PackPlace(kind, name, row.GetInt32(0), row.GetInt64(1), row.GetInt32(2), row.GetInt64(3)) : null;
    }

    /// <summary>Every record of a kind, in the order of the packs.</summary>
    public IReadOnlyList<PackPlace> All(RecordKind kind) => Query("WHERE kind = @kind ORDER BY pack, offset", new { kind = (int)kind });

    /// <summary>Every record that a pack is used for, in order.</summary>
    public IReadOnlyList<PackPlace> In(int pack) => Query("WHERE pack = @pack ORDER BY offset", new { pack });

    /// <summary>Takes up records; one that is known already counts from now on in its new place.</summary>
    public static void Add(SqliteConnection connection, IEnumerable<PackPlace> places)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT OR REPLACE INTO record (kind, name, pack, offset, length, bytes) VALUES ($kind, $name, $pack, $offset, $length, $bytes)";
        foreach (PackPlace place in places)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$kind", (int)place.Kind);
            command.Parameters.AddWithValue("$name", place.Name);
            command.Parameters.AddWithValue("$pack", place.Pack);
            command.Parameters.AddWithValue("$offset", place.Offset);
            command.Parameters.AddWithValue("$length", place.Length);
            command.Parameters.AddWithValue("$bytes", place.Bytes);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>Says how far a pack is in here.</summary>
    public static void Cover(SqliteConnection connection, int pack, long bytes) =>
        connection.Execute("INSERT OR REPLACE INTO pack (number, bytes) VALUES (@pack, @bytes)", new { pack, bytes });

    public static void Forget(SqliteConnection connection, PackPlace place) =>
        connection.Execute("DELETE FROM record WHERE kind = @kind AND name = @Name AND pack = @Pack AND offset = @Offset", new { kind = (int)place.Kind, place.Name, place.Pack, place.Offset });

    private PackPlace[] Query(string where, object values) => Read(connection =>
        connection.Query<(int Kind, byte[] Name, int Pack, long Offset, int Length, long Bytes)>(
                "SELECT kind, name, pack, offset, length, bytes FROM record " + where, values)
            .Select(row => new PackPlace((RecordKind)row.Kind, row.Name, row.Pack, row.Offset, row.Length, row.Bytes))
            .ToArray());

    private VaultIndex Made(string path)
    {
        // For its owner only; SQLite gives its journal the same rights.
        if (!File.Exists(path))
            StableStorage.CreatePrivate(path).Dispose();
        StableStorage.MakePrivate(path);
        long form = Read(connection => connection.ExecuteScalar<long>("PRAGMA user_version"));
        if (form is not (0 or 1))
            throw new SqliteException("the index is of another form", 1);
        if (form == 0)
            Write(connection => connection.Execute(Tables));
        Packs();
        return this;
    }

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = _source,
            Mode = _mode,
            Cache = _mode == SqliteOpenMode.Memory ? SqliteCacheMode.Shared : SqliteCacheMode.Default,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString());
        connection.Open();
        connection.Execute($"PRAGMA busy_timeout = {BusySeconds * 1000}; PRAGMA synchronous = FULL");
        return connection;
    }
}

using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ProvisionStation.Records.Journal;

/// <summary>The numbered scripts of <c>Schema/</c>, each run once, in order. A script that was released is never edited.</summary>
internal static class Migrations
{
    // An extended result code holds the primary one in its lowest byte, https://sqlite.org/rescode.html
    private const int PrimaryCode = 0xFF;

    /// <summary>Brings a database to this program's version, one transaction a script: where one fails, the database is as the last one left it.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="path">The database, for sentences.</param>
    /// <param name="clock">When a script was applied.</param>
    /// <param name="before">Done before the first script is applied to a database that has been used; throws where that must not be.</param>
    /// <param name="scripts">The scripts of this program; tests give others.</param>
    /// <exception cref="RecordsException">A newer program has written it.</exception>
    public static void Apply(
        SqliteConnection connection, string path, TimeProvider clock, Action before, IReadOnlyList<(long Number, string Script)>? scripts = null)
    {
        scripts ??= Scripts();
        long version = VersionOf(connection);
        RequireKnown(version, path, scripts);
        if (version > 0 && version < scripts[^1].Number && connection.ExecuteScalar<long>("SELECT count(*) FROM station") > 0)
            before();
        foreach ((long number, string script) in scripts.Where(script => script.Number > version))
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            Run(connection, script);
            connection.Execute(
                "INSERT INTO schema_version (version, applied_at) VALUES (@number, @at)", new { number, at = RowText.Of(clock.GetUtcNow()) });
            transaction.Commit();
        }
    }

    /// <summary>The first statement that fails ends it: through a command the statements behind it would run, and hide why.</summary>
    private static void Run(SqliteConnection connection, string script)
    {
        int result = raw.sqlite3_exec(connection.Handle, script, out string? message);
        if (result != raw.SQLITE_OK)
            throw new SqliteException(message ?? "a script of the schema failed", result & PrimaryCode, result);
    }

    /// <summary>For readers, which change nothing.</summary>
    /// <exception cref="RecordsException">The database has another version than this program's.</exception>
    public static void RequireCurrent(SqliteConnection connection, string path)
    {
        IReadOnlyList<(long Number, string Script)> scripts = Scripts();
        long version = VersionOf(connection);
        RequireKnown(version, path, scripts);
        if (version < scripts[^1].Number)
        {
            throw new RecordsException(
                "record-lost",
                $"the journal {path} has the older form {version}",
                "Start the station once with this program: it brings the journal up to date.");
        }
    }

    private static void RequireKnown(long version, string path, IReadOnlyList<(long Number, string Script)> scripts)
    {
        long known = scripts[^1].Number;
        if (version > known)
        {
            throw new RecordsException(
                "record-lost", $"the journal {path} has form {version}, this program knows {known}",
                "Use the newer program that wrote it; a copy from before it is in the folder 'copies', see docs/recovery.md.");
        }
    }

    /// <summary>The form of a database; 0 for an empty one.</summary>
    public static long VersionOf(SqliteConnection connection)
    {
        bool isNew = connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'") == 0;
        return isNew ? 0 : connection.ExecuteScalar<long>("SELECT coalesce(max(version), 0) FROM schema_version");
    }

    /// <summary>The scripts of this program, in order.</summary>
    public static List<(long Number, string Script)> Scripts()
    {
        Assembly assembly = typeof(Migrations).Assembly;
        List<(long, string)> scripts = [];
        IEnumerable<string> names = assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal));
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            scripts.Add((long.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture), reader.ReadToEnd()));
        }

        return scripts;
    }
}

using System.Data.Common;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Tests.Records;

/// <summary>A station's data folder that is gone after the test, and what a test puts into it.</summary>
internal sealed class DataFolder : IDisposable
{
    public DataFolder() => Path = Directory.CreateTempSubdirectory("provision-records-").FullName;

    public string Path { get; }

    public FixedClock Clock { get; } = new();

    public static UnitMarks Marks(string mac = "18DE5019F0BE", string? rf = null, string? flash = "1560EB") =>
        new(mac, "RF sector 0x1D0000, TLV 11111102", "BK7231N", "00007231", flash, 2 << 20, "default", rf ?? $"rf-of-{mac}");

    public static RunOpening Opening(int slot = 1, string lot = "L1", string jig = "bench-4") => new(
        lot, slot, jig, 1, Hash('a'), "cb2s-plug", 2, Hash('b'), Hash('c'), "1.18.299", "Ada", "0.1.0");

    public static RunClosing Closing(Verdict verdict = Verdict.Pass, string? reason = null, UnitState state = UnitState.Configured) => new(
        verdict, reason, "every step passed", null, state, Hash('d'), TimeSpan.FromSeconds(41.25), 0, new Dictionary<string, long> { ["retries"] = 2, ["bitRate"] = 1500000 });

    public static StepRecord Step(string name = "current", Verdict verdict = Verdict.Pass, string? reason = null) => new(
        name, verdict, reason, 1, FixedClock.Start, TimeSpan.FromMilliseconds(3012), "mean 62.4 mA",
        [new Measurement("current-mean", 62.4, "mA", 45, 110, 50, 80, 30, 10), new Measurement("current-peak", 300.1, "mA", null, 320, null, null, 30, 10, "highest of 30 samples")]);

    public static string Hash(char digit) => new(digit, 64);

    public Task<RunJournal> OpenAsync() => RunJournal.OpenAsync(Path, Clock, TestContext.Current.CancellationToken);

    /// <summary>A run with something in every table, not yet closed.</summary>
    public static async Task<OpenRun> RichRunAsync(RunJournal journal, int slot = 1)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        OpenRun run = await journal.OpenRunAsync(Opening(slot), cancel);
        await run.IdentifyUnitAsync(Marks(mac: $"18DE5019F{slot:X3}"), cancel);
        await run.AddStepAsync(Step("backup"), cancel);
        await run.AddArtifactAsync(new Artifact("backup", Hash('d'), 2 << 20, "whole flash"), cancel);
        await run.AddIntentAsync(new Intent("image", 0x11000, 0xF000), cancel);
        await run.AddIntentAsync(new Intent("image", 0x20000, 0x10000), cancel);
        await run.AddStepAsync(Step(), cancel);
        await run.AddClaimsAsync([new Claim("image-crc", "1A2B3C4D", ClaimSource.Readback), new Claim("wifi-join", "not tested", ClaimSource.NotDone)], cancel);
        return run;
    }

    public static async Task<RunRecord> ClosedRunAsync(RunJournal journal, int slot = 1, Verdict verdict = Verdict.Pass, string? reason = null) =>
        await (await RichRunAsync(journal, slot)).CloseAsync(Closing(verdict, reason), TestContext.Current.CancellationToken);

    /// <summary>A connection of somebody else's, who knows SQLite and has the right to the file.</summary>
    public DbConnection Raw(string file = "journal.db")
    {
        DbProviderFactories.RegisterFactory("sqlite", "Microsoft.Data.Sqlite.SqliteFactory, Microsoft.Data.Sqlite");
        DbConnection connection = DbProviderFactories.GetFactory("sqlite").CreateConnection()!;
        connection.ConnectionString = $"Data Source={System.IO.Path.Combine(Path, file)};Pooling=False";
        connection.Open();
        return connection;
    }

    /// <summary>Executes SQL that a test wrote itself.</summary>
    public static object? Sql(DbConnection connection, string sql)
    {
        using DbCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own words.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    /// <summary>Takes all triggers away, as somebody who wants to change history would.</summary>
    public static void DropTriggers(DbConnection connection)
    {
        List<string> names = [];
        using (DbCommand command = connection.CreateCommand())
        {
            command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'trigger'";
            using DbDataReader reader = command.ExecuteReader();
            while (reader.Read())
                names.Add(reader.GetString(0));
        }

        Assert.NotEmpty(names);
        foreach (string name in names)
            Sql(connection, $"DROP TRIGGER {name}");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

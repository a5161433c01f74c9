using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>What happens when a station opens its journal, before anything else is recorded.</summary>
internal static class JournalStart
{
    /// <summary>Compares the ledger's file with the database, appends what a crash kept from it, and closes runs that a crash left open.</summary>
    /// <returns>The station's id, the facts appended, the runs closed.</returns>
    /// <exception cref="RecordsException">File and database do not agree, or a run was taken away.</exception>
    public static async Task<(Guid Station, int MendedFacts, IReadOnlyList<RunRecord> Interrupted)> StartAsync(
        JournalDatabase database, StationLedger ledger, TimeProvider clock, CancellationToken cancel)
    {
        IReadOnlyList<RecordedFact> behind = await database.ReadAsync(connection => Continue(connection, ledger, cancel), cancel);
        await Task.Run(() => ledger.File.Append(behind), CancellationToken.None);
        Guid station = await ledger.WriteAsync((connection, record) => Station(connection, ledger, record, database.Folder, clock.GetUtcNow(), cancel), cancel);
        List<string> closed = [];
        foreach (string id in await database.ReadAsync(RunCloser.Open, cancel))
        {
            await ledger.WriteAsync((connection, record) => record(ClosedFact.Of(RunCloser.CloseInterrupted(connection, id, clock.GetUtcNow()))), cancel);
            closed.Add(id);
        }

        return (station, behind.Count, await database.ReadBackAsync(connection => RunReader.Load(connection, closed)));
    }

    private static IReadOnlyList<RecordedFact> Continue(SqliteConnection connection, StationLedger ledger, CancellationToken cancel)
    {
        (LineEnd end, IReadOnlyList<RecordedFact> behind) = LedgerStart.Agree(connection, ledger.File, ledger.File.Length, cancel);
        RecordedFact? last = LedgerRows.Load(connection, LedgerRows.Head(connection).Sequence);
        if (last is not null)
            LedgerStart.RequireClosings(connection, ledger.File);
        ledger.Continue(end, last);
        return behind;
    }

    /// <summary>The station's id, made at the first start. Where a journal is older than its ledger, the ledger begins with what was before.</summary>
    private static Guid Station(
        SqliteConnection connection, StationLedger ledger, Func<LedgerFact, RecordedFact> record, string folder, DateTimeOffset now, CancellationToken cancel)
    {
        string? known = connection.QueryFirstOrDefault<string>("SELECT id FROM station");
        Guid id = known is null ? Guid.CreateVersion7(now) : Guid.Parse(known);
        ledger.Station = id;
        if (known is null)
        {
            connection.Execute("INSERT INTO station (id, created_at) VALUES (@id, @at)", new { id = id.ToString(), at = RowText.Of(now) });
            record(new LedgerFact(FactKinds.StationMade, id.ToString(), new Dictionary<string, string?>()));
        }
        else if (LedgerRows.Head(connection).Sequence == 0)
        {
            ChainState chain = ChainCheck.Walk(connection, null, cancel);
            WholeJournal.Require(folder, chain);
            record(ClosedFact.Began(id, chain, connection.ExecuteScalar<long>("SELECT count(*) FROM lot_reference")));
        }

        return id;
    }
}

using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>The journal of one station: SQLite, append-only, every closing record chained to the one before.</summary>
/// <remarks>Safe for many callers at once. Every method throws <see cref="RecordsException"/> (record-lost) when nothing could be committed.</remarks>
public sealed class RunJournal : IAsyncDisposable
{
    private readonly JournalDatabase _database;
    private readonly TimeProvider _clock;

    private RunJournal(JournalDatabase database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
    }

    /// <summary>The file behind it; a seam for tests.</summary>
    internal JournalDatabase Database => _database;

    /// <summary>Opens or creates the journal in a data folder, runs migrations, walks the whole chain, and closes runs that a crash left open as
    /// ABORTED <c>interrupted</c>, with the state their intents tell.</summary>
    /// <exception cref="RecordsException">The folder cannot be written, the database is damaged, or another station program has it open.</exception>
    public static async Task<RunJournal> OpenAsync(string dataFolder, TimeProvider clock, CancellationToken cancel)
    {
        RunJournal journal = new(await Task.Run(() => JournalDatabase.OpenForWriting(dataFolder, clock), cancel), clock);
        try
        {
            await journal.StartAsync(cancel);
            return journal;
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens an existing journal for reading only; beside a running station too.</summary>
    /// <exception cref="RecordsException">There is none, or it is damaged or of another version.</exception>
    public static async Task<RunJournal> OpenForReadingAsync(string dataFolder, TimeProvider clock, CancellationToken cancel)
    {
        RunJournal journal = new(await Task.Run(() => JournalDatabase.OpenForReading(dataFolder, clock), cancel), clock);
        string? station = await journal._database.ReadAsync(connection => connection.QueryFirstOrDefault<string>("SELECT id FROM station"), cancel);
        journal.StationId = Guid.Parse(station ?? throw new RecordsException(
            "record-lost", $"the journal in {dataFolder} belongs to no station", "Start the station once on this data folder."));
        return journal;
    }

    /// <summary>The station's id, made at first start.</summary>
    public Guid StationId { get; private set; }

    /// <summary>The journal's clock, for reports.</summary>
    internal DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Runs that were closed as interrupted when this journal was opened.</summary>
    public IReadOnlyList<RunRecord> Interrupted { get; private set; } = [];

    /// <summary>Keeps a recipe or jig file by its hash; again is harmless.</summary>
    public Task KeepDocumentAsync(string kind, string name, string sha256, string text, CancellationToken cancel)
    {
        const string sql = """
            INSERT INTO document (kind, sha256, name, text, kept_at)
            VALUES (@kind, @sha256, @name, @text, @at)
            ON CONFLICT DO NOTHING
            """;
        var row = new { kind, sha256, name = CleanText.Of(name), text = CleanText.WellFormed(text), at = RowText.Of(_clock.GetUtcNow()) };
        return _database.WriteAsync(connection => connection.Execute(sql, row), cancel);
    }

    /// <summary>The text of a recipe or jig file that a run names by its hash; null where it was not kept.</summary>
    public Task<string?> DocumentAsync(string kind, string sha256, CancellationToken cancel) => _database.ReadAsync(
        connection => connection.QueryFirstOrDefault<string>(
            "SELECT text FROM document WHERE kind = @kind AND sha256 = @sha256", new { kind, sha256 }),
        cancel);

    /// <summary>Opens a lot if it is new; a lot belongs to one recipe revision.</summary>
    /// <exception cref="RecordsException">The lot was opened under another recipe hash: the sentence names both.</exception>
    public Task OpenLotAsync(string lot, string recipe, int recipeRevision, string recipeSha256, CancellationToken cancel) => _database.WriteAsync(
        connection => LotRows.Open(connection, lot, recipe, recipeRevision, recipeSha256, _clock.GetUtcNow()), cancel);

    /// <summary>Inserts a run before power comes on (law 4). Its lot is opened if it is new.</summary>
    /// <exception cref="RecordsException">Not committed, or the lot was opened under another recipe hash.</exception>
    public async Task<OpenRun> OpenRunAsync(RunOpening opening, CancellationToken cancel)
    {
        const string sql = """
            INSERT INTO run (id, station, started_at, lot, slot, jig, jig_revision, jig_sha256, recipe, recipe_revision, recipe_sha256, image_sha256,
                image_version, operator, program)
            VALUES (@id, @station, @startedAt, @Lot, @Slot, @Jig, @JigRevision, @JigSha256, @Recipe, @RecipeRevision, @RecipeSha256, @ImageSha256,
                @ImageVersion, @Operator, @Program)
            """;
        DateTimeOffset now = _clock.GetUtcNow();
        RunOpening kept = Clean(opening);
        RunRecord run = new(Guid.CreateVersion7(now), StationId, now.ToUniversalTime(), kept, null, null, null, null, null, null, null, [], [], [], []);
        DynamicParameters row = new(kept);
        row.AddDynamicParams(new { id = run.Id.ToString(), station = StationId.ToString(), startedAt = RowText.Of(now) });
        run = await _database.WriteAsync(
            connection =>
            {
                LotRows.Open(connection, kept.Lot, kept.Recipe, kept.RecipeRevision, kept.RecipeSha256, now);
                connection.Execute(sql, row);
                return run with
                {
                    Number = connection.ExecuteScalar<long>("SELECT last_insert_rowid()"),
                    LotOpening = LotRows.Opening(connection, kept.Lot),
                };
            },
            cancel);
        return new OpenRun(_database, _clock, run);
    }

    /// <summary>The runs that match, newest first, with everything that belongs to them.</summary>
    public Task<IReadOnlyList<RunRecord>> RunsAsync(RunQuery query, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Most, 100_000);
        const string sql = """
            SELECT r.id
            FROM run r
            LEFT JOIN run_unit u ON u.run = r.id
            LEFT JOIN run_closed c ON c.run = r.id
            WHERE (@lot IS NULL OR r.lot = @lot)
                AND (@mac IS NULL OR u.mac = @mac)
                AND (@unit IS NULL OR u.unit = @unit)
                AND (@verdict IS NULL OR c.verdict = @verdict)
                AND (@since IS NULL OR r.started_at >= @since)
                AND (@until IS NULL OR r.started_at < @until)
            ORDER BY r.number DESC
            LIMIT @Most
            """;
        var wanted = new
        {
            lot = CleanText.OfOptional(query.Lot),
            mac = query.Mac is null ? null : UnitIdentity.MacOf(query.Mac),
            unit = query.Unit?.ToString(),
            verdict = query.Verdict is { } verdict ? RecordText.Of(verdict) : null,
            since = query.Since is { } since ? RowText.Of(since) : null,
            until = query.Until is { } until ? RowText.Of(until) : null,
            query.Most,
        };
        return _database.ReadAsync(connection => RunReader.Load(connection, [.. connection.Query<string>(sql, wanted)]), cancel);
    }

    /// <summary>The run with this sequence number; null where there is none.</summary>
    public Task<RunRecord?> RunAsync(long sequence, CancellationToken cancel) => _database.ReadAsync(
        connection => connection.QueryFirstOrDefault<string>("SELECT run FROM run_closed WHERE sequence = @sequence", new { sequence }) is { } id
            ? RunReader.Load(connection, Guid.Parse(id))
            : null,
        cancel);

    /// <summary>The runs whose id begins so, oldest first.</summary>
    /// <param name="start">Lower-case hex digits and dashes, as ids are written.</param>
    /// <param name="most">1 and up.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    public Task<IReadOnlyList<RunRecord>> RunsBeginningAsync(string start, int most, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        // A tilde comes behind every digit: a range, so that the index on ids finds them.
        const string sql = "SELECT id FROM run WHERE id >= @start AND id < @end ORDER BY id LIMIT @most";
        var wanted = new { start = CleanText.Of(start), end = CleanText.Of(start) + "~", most };
        return _database.ReadAsync(connection => RunReader.Load(connection, [.. connection.Query<string>(sql, wanted)]), cancel);
    }

    /// <summary>The last run that was closed in a slot of a jig; null where there is none.</summary>
    public Task<RunRecord?> LastClosedAsync(string jig, int slot, CancellationToken cancel)
    {
        const string sql = """
            SELECT r.id
            FROM run r
            JOIN run_closed c ON c.run = r.id
            WHERE r.jig = @jig AND r.slot = @slot
            ORDER BY c.sequence DESC
            LIMIT 1
            """;
        return _database.ReadAsync(
            connection => connection.QueryFirstOrDefault<string>(sql, new { jig = CleanText.Of(jig), slot }) is { } id
                ? RunReader.Load(connection, Guid.Parse(id))
                : null,
            cancel);
    }

    /// <summary>True where the last closed run of the unit with these marks ended as ERROR <c>link-lost</c> in another slot or jig.</summary>
    public Task<bool> WentSilentElsewhereAsync(UnitMarks marks, string jig, int slot, CancellationToken cancel)
    {
        const string sql = """
            SELECT c.verdict = 'ERROR' AND c.reason = 'link-lost' AND (r.jig <> @jig OR r.slot <> @slot)
            FROM run_closed c
            JOIN run r ON r.id = c.run
            JOIN run_unit u ON u.run = c.run
            WHERE u.unit = @unit
            ORDER BY c.sequence DESC
            LIMIT 1
            """;
        return _database.ReadAsync(
            connection => UnitIdentity.Find(connection, UnitIdentity.Clean(marks)) is { } unit
                && connection.ExecuteScalar<long?>(sql, new { unit, jig = CleanText.Of(jig), slot }) == 1,
            cancel);
    }

    /// <summary>The units that match, latest run first: a unit's life in one line.</summary>
    /// <param name="lot">With a run in this lot; null: any.</param>
    /// <param name="mac">With this MAC in any of its runs, twelve hex digits; null: any.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    public Task<IReadOnlyList<UnitRecord>> UnitsAsync(string? lot, string? mac, CancellationToken cancel) => _database.ReadAsync(
        connection => UnitRow.Load(connection, CleanText.OfOptional(lot), mac is null ? null : UnitIdentity.MacOf(mac)), cancel);

    /// <summary>Verdict counts of a lot.</summary>
    public Task<LotCounts> CountsAsync(string lot, CancellationToken cancel) =>
        _database.ReadAsync(connection => LotRows.Counts(connection, CleanText.Of(lot)), cancel);

    /// <summary>The lots, oldest first, with recipe, times and counts.</summary>
    public Task<IReadOnlyList<LotRecord>> LotsAsync(CancellationToken cancel) => _database.ReadAsync(LotRows.Load, cancel);

    /// <summary>What the lot's units must agree on, as far as it is set, by part.</summary>
    public Task<IReadOnlyList<LotReference>> LotReferencesAsync(string lot, CancellationToken cancel) =>
        _database.ReadAsync(connection => LotReferenceRows.Load(connection, CleanText.Of(lot)), cancel);

    /// <summary>Sets parts that are not set yet, all in one commit; a part that another run has set stays as it is.</summary>
    /// <param name="lot">The lot, opened before.</param>
    /// <param name="run">The run whose unit showed them.</param>
    /// <param name="approval">Who or what approved them.</param>
    /// <param name="parts">Part and value.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <returns>Everything that is set now.</returns>
    public Task<IReadOnlyList<LotReference>> SetLotReferencesAsync(
        string lot, Guid run, string approval, IReadOnlyList<(string Part, string Value)> parts, CancellationToken cancel) => _database.WriteAsync(
        connection => LotReferenceRows.Set(connection, CleanText.Of(lot), run, approval, parts, _clock.GetUtcNow()), cancel);

    /// <summary>Keeps the units that a lot expects by MAC; again is harmless, and none is ever taken back.</summary>
    public Task ExpectUnitsAsync(string lot, string fileSha256, IReadOnlyList<(string Mac, int Line)> units, CancellationToken cancel) => _database.WriteAsync(
        connection => LotReferenceRows.Expect(connection, CleanText.Of(lot), fileSha256, units, _clock.GetUtcNow()), cancel);

    /// <summary>MACs that the lot expects and that no run has passed yet, in the order of their lines.</summary>
    public Task<IReadOnlyList<string>> UnusedUnitsAsync(string lot, CancellationToken cancel) =>
        _database.ReadAsync(connection => LotReferenceRows.Unused(connection, CleanText.Of(lot)), cancel);

    /// <summary>Every backup of every unit, or of the units with a MAC: of each unit the original first, then the others, oldest first.</summary>
    /// <param name="mac">Twelve hex digits; null: any.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    public Task<IReadOnlyList<UnitBackup>> BackupsAsync(string? mac, CancellationToken cancel) => _database.ReadAsync(
        connection => BackupRows.Load(connection, mac is null ? null : UnitIdentity.MacOf(mac)), cancel);

    /// <summary>Everything the vault must hold, by the run that put it there, oldest first.</summary>
    public Task<IReadOnlyList<KeptArtifact>> ArtifactsAsync(CancellationToken cancel) => _database.ReadAsync(BackupRows.Artifacts, cancel);

    /// <summary>A lot with every run, oldest first, all of one moment, from a chain that is whole; null where there is no such lot.</summary>
    /// <exception cref="RecordsException">The chain is broken.</exception>
    internal Task<WholeLot?> WholeLotAsync(string lot, CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            RequireWhole(ChainCheck.Walk(connection, cancel));
            string name = CleanText.Of(lot);
            LotRecord? found = LotRows.Load(connection).FirstOrDefault(one => one.Lot == name);
            return found is null ? null : WholeLot.Load(connection, found);
        },
        cancel);

    /// <summary>Walks the whole chain.</summary>
    /// <returns>Null when every closing record hashes to what the next one says and no number is missing; otherwise the first break, in words.</returns>
    public async Task<string?> CheckChainAsync(CancellationToken cancel) => (await ChainAsync(cancel)).Break;

    /// <summary>Walks the whole chain, and counts what it covers.</summary>
    public Task<ChainState> ChainAsync(CancellationToken cancel) => _database.ReadAsync(connection => ChainCheck.Walk(connection, cancel), cancel);

    /// <summary>Walks the whole chain: nothing is told from a journal that was changed.</summary>
    /// <exception cref="RecordsException">It is broken: the sentence names the record or run, and what is known to be good.</exception>
    public async Task<ChainState> RequireChainAsync(CancellationToken cancel)
    {
        ChainState chain = await ChainAsync(cancel);
        RequireWhole(chain);
        return chain;
    }

    private void RequireWhole(ChainState chain)
    {
        if (chain.Break is not { } broken)
            return;
        string good = chain.Records == 0
            ? "no closing record before it is known to be good"
            : $"closing records 1 to {chain.Records} are good, up to hash {chain.HeadSha256}";
        throw new RecordsException(
            "record-lost", $"the journal in {_database.Folder} was changed or is damaged: {broken}; {good}", JournalDatabase.BringBack);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private async Task StartAsync(CancellationToken cancel)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        StationId = await _database.WriteAsync(connection => Station(connection, now), cancel);
        await RequireChainAsync(cancel);
        IReadOnlyList<Guid> closed = await _database.WriteAsync(connection => RunCloser.CloseInterrupted(connection, now), cancel);
        Interrupted = await _database.ReadBackAsync(connection => RunReader.Load(connection, [.. closed.Select(id => id.ToString())]));
    }

    private static Guid Station(SqliteConnection connection, DateTimeOffset now)
    {
        if (connection.QueryFirstOrDefault<string>("SELECT id FROM station") is { } known)
            return Guid.Parse(known);
        Guid id = Guid.CreateVersion7(now);
        connection.Execute("INSERT INTO station (id, created_at) VALUES (@id, @at)", new { id = id.ToString(), at = RowText.Of(now) });
        return id;
    }

    private static RunOpening Clean(RunOpening opening) => opening with
    {
        Lot = CleanText.Of(opening.Lot),
        Jig = CleanText.Of(opening.Jig),
        JigSha256 = CleanText.Of(opening.JigSha256),
        Recipe = CleanText.Of(opening.Recipe),
        RecipeSha256 = CleanText.Of(opening.RecipeSha256),
        ImageSha256 = CleanText.Of(opening.ImageSha256),
        ImageVersion = CleanText.Of(opening.ImageVersion),
        Operator = CleanText.OfOptional(opening.Operator),
        Program = CleanText.Of(opening.Program),
    };
}

using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>The journal of one station: SQLite, append-only, every closing record chained to the one before.</summary>
/// <remarks>Safe for many callers at once. Every method throws <see cref="RecordsException"/> (record-lost) when nothing could be committed.</remarks>
public sealed class RunJournal : IAsyncDisposable
{
    private readonly JournalDatabase _database;
    private readonly TimeProvider _clock;
    private readonly StationLedger _ledger;

    private RunJournal(JournalDatabase database, TimeProvider clock)
    {
        _database = database;
        _clock = clock;
        _ledger = new StationLedger(database, clock);
    }

    /// <summary>The file behind it; a seam for tests.</summary>
    internal JournalDatabase Database => _database;

    /// <summary>The facts and their file; a seam for tests.</summary>
    internal StationLedger Ledger => _ledger;

    /// <summary>Opens or creates the journal in a data folder, runs migrations, walks the ledger's file and compares it with the database, and closes
    /// runs that a crash left open as ABORTED <c>interrupted</c>, with the state their intents tell.</summary>
    /// <exception cref="RecordsException">The folder cannot be written, the database is damaged, ledger and database do not agree, or another station
    /// program has it open.</exception>
    public static Task<RunJournal> OpenAsync(string dataFolder, TimeProvider clock, CancellationToken cancel) =>
        OpenAsync(dataFolder, clock, RunCloser.Interrupted, cancel);

    /// <summary>The same, for who knows better how runs ended that are open.</summary>
    internal static async Task<RunJournal> OpenAsync(string dataFolder, TimeProvider clock, Func<RunRecord, RunClosing> closingOf, CancellationToken cancel)
    {
        RunJournal journal = new(await Task.Run(() => JournalDatabase.OpenForWriting(dataFolder, clock), cancel), clock);
        try
        {
            (journal.StationId, journal.MendedFacts, journal.Interrupted) = await JournalStart.StartAsync(journal._database, journal._ledger, closingOf, clock, cancel);
            return journal;
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>True where a data folder holds a journal.</summary>
    public static bool IsIn(string dataFolder) => File.Exists(Path.Combine(dataFolder, JournalDatabase.FileName));

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

    /// <summary>Facts that a crash had kept from the ledger's file, and that were appended to it from the database when this journal was opened.</summary>
    public int MendedFacts { get; private set; }

    /// <summary>Records a fact that is told by nothing else in the journal: a disposition, an override, a slot disabled, a key changed.</summary>
    /// <returns>The fact as it is in the database and in the file.</returns>
    /// <exception cref="ArgumentException">Its kind is one that the journal records itself, or has no form that is allowed.</exception>
    public Task<RecordedFact> RecordFactAsync(LedgerFact fact, CancellationToken cancel)
    {
        if (FactKinds.OfJournal.Contains(fact.Kind))
            throw new ArgumentException($"facts of kind {fact.Kind} are recorded with what they tell", nameof(fact));
        LedgerFact kept = FactForm.Clean(fact);
        return _ledger.WriteAsync((_, record) => record(kept), cancel);
    }

    /// <summary>Records facts of any kind in one commit.</summary>
    internal Task RecordFactsAsync(IEnumerable<LedgerFact> facts, CancellationToken cancel) =>
        _ledger.WriteAsync((_, record) => facts.Select(record).Count(), cancel);

    /// <summary>Compares a file with this journal, as a start does; a seam for tests.</summary>
    internal Task<LineEnd> AgreeAsync(LedgerFile file, CancellationToken cancel) =>
        _database.ReadAsync(connection => LedgerStart.Agree(connection, file, file.Length, cancel).End, cancel);

    /// <summary>The facts that match, oldest first.</summary>
    /// <param name="kind">One of <see cref="FactKinds"/>; null: any.</param>
    /// <param name="subject">What they are about; null: anything.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <exception cref="RecordsException">One of them was changed.</exception>
    /// <param name="most">Only the last so many of them, 1 and up.</param>
    public Task<IReadOnlyList<RecordedFact>> FactsAsync(string? kind, string? subject, CancellationToken cancel, int most = int.MaxValue) =>
        _database.ReadAsync(connection => LedgerRows.Find(connection, kind, CleanText.OfOptional(subject), most), cancel);

    /// <summary>What a person decided last about a unit; null where nobody did.</summary>
    public async Task<Disposition?> DispositionAsync(Guid unit, CancellationToken cancel) =>
        await DispositionsAsync(unit, cancel) is [.., var last] ? last : null;

    /// <summary>Everything that was decided about a unit, oldest first.</summary>
    public async Task<IReadOnlyList<Disposition>> DispositionsAsync(Guid unit, CancellationToken cancel) =>
        [.. (await FactsAsync(FactKinds.Disposition, unit.ToString(), cancel)).Select(Disposition.Of)];

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

    /// <summary>Opens a lot if it is new; a lot belongs to one recipe revision.</summary>
    /// <exception cref="RecordsException">The lot was opened under another recipe hash: the sentence names both.</exception>
    public Task OpenLotAsync(string lot, string recipe, int recipeRevision, string recipeSha256, CancellationToken cancel) => _ledger.WriteAsync(
        (connection, record) => LotRows.Open(connection, record, lot, recipe, recipeRevision, recipeSha256, _clock.GetUtcNow()), cancel);

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
        run = await _ledger.WriteAsync(
            (connection, record) =>
            {
                LotRows.Open(connection, record, kept.Lot, kept.Recipe, kept.RecipeRevision, kept.RecipeSha256, now);
                connection.Execute(sql, row);
                return run with
                {
                    Number = connection.ExecuteScalar<long>("SELECT last_insert_rowid()"),
                    LotOpening = LotRows.Opening(connection, kept.Lot),
                };
            },
            cancel);
        return new OpenRun(_database, _ledger, _clock, run);
    }

    /// <summary>The runs that match, newest first, with everything that belongs to them. Each closed one is hashed again and compared with its fact.</summary>
    /// <exception cref="RecordsException">One of them was changed.</exception>
    public Task<IReadOnlyList<RunRecord>> RunsAsync(RunQuery query, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Most, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Most, 100_000);
        return _database.ReadAsync(connection => Told(connection, RunReader.Load(connection, RunSearch.Ids(connection, query))), cancel);
    }

    /// <summary>The run with this sequence number; null where there is none.</summary>
    /// <exception cref="RecordsException">It was changed.</exception>
    public Task<RunRecord?> RunAsync(long sequence, CancellationToken cancel) => _database.ReadAsync(
        connection => connection.QueryFirstOrDefault<string>("SELECT run FROM run_closed WHERE sequence = @sequence", new { sequence }) is { } id
            ? Told(connection, RunReader.Load(connection, [id]))[0]
            : null,
        cancel);

    /// <summary>The runs whose id begins so, oldest first.</summary>
    /// <param name="start">Lower-case hex digits and dashes, as ids are written.</param>
    /// <param name="most">1 and up.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <exception cref="RecordsException">One of them was changed.</exception>
    public Task<IReadOnlyList<RunRecord>> RunsBeginningAsync(string start, int most, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        // A tilde comes behind every digit: a range, so that the index on ids finds them.
        const string sql = "SELECT id FROM run WHERE id >= @start AND id < @end ORDER BY id LIMIT @most";
        var wanted = new { start = CleanText.Of(start), end = CleanText.Of(start) + "~", most };
        return _database.ReadAsync(connection => Told(connection, RunReader.Load(connection, [.. connection.Query<string>(sql, wanted)])), cancel);
    }

    /// <summary>The last run that was closed in a slot of a jig; null where there is none.</summary>
    public Task<RunRecord?> LastClosedAsync(string jig, int slot, CancellationToken cancel)
    {
        const string sql = """
            SELECT r.id
            FROM run r
            CROSS JOIN run_closed c ON c.run = r.id
            WHERE r.jig = @jig AND r.slot = @slot
            ORDER BY r.number DESC
            LIMIT 1
            """;
        return _database.ReadAsync(
            connection => connection.QueryFirstOrDefault<string>(sql, new { jig = CleanText.Of(jig), slot }) is { } id
                ? Told(connection, RunReader.Load(connection, [id]))[0]
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
    /// <exception cref="RecordsException">The last run of one of them was changed.</exception>
    public Task<IReadOnlyList<UnitRecord>> UnitsAsync(string? lot, string? mac, CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            (IReadOnlyList<UnitRecord> units, IReadOnlyList<string> lastRuns) =
                UnitRow.Load(connection, CleanText.OfOptional(lot), mac is null ? null : UnitIdentity.MacOf(mac));
            Require(ToldRuns.Changed(connection, lastRuns));
            return units;
        },
        cancel);

    /// <summary>True where there is a unit with this id.</summary>
    public Task<bool> HasUnitAsync(Guid unit, CancellationToken cancel) => _database.ReadAsync(
        connection => connection.ExecuteScalar<long>("SELECT count(*) FROM unit WHERE id = @id", new { id = unit.ToString() }) > 0, cancel);

    /// <summary>Verdict counts of a lot.</summary>
    /// <exception cref="RecordsException">A verdict that is counted is not the one the ledger has.</exception>
    public Task<LotCounts> CountsAsync(string lot, CancellationToken cancel) => CountedAsync(lot, LotRows.Counts, cancel);

    /// <summary>The lots, oldest first, with recipe, times and counts.</summary>
    /// <exception cref="RecordsException">A verdict that is counted is not the one the ledger has.</exception>
    public Task<IReadOnlyList<LotRecord>> LotsAsync(CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            Require(ToldRuns.ChangedVerdict(connection, null));
            return LotRows.Load(connection);
        },
        cancel);

    /// <summary>One lot with its counts; null where there is none of that name.</summary>
    /// <exception cref="RecordsException">A verdict that is counted is not the one the ledger has.</exception>
    public Task<LotRecord?> LotAsync(string lot, CancellationToken cancel) => CountedAsync(lot, LotRows.Find, cancel);

    /// <summary>How a lot was opened, without counting its runs; null where there is none of that name.</summary>
    public Task<LotOpening?> LotOpeningAsync(string lot, CancellationToken cancel) =>
        _database.ReadAsync(connection => LotRows.FindOpening(connection, CleanText.Of(lot)), cancel);

    /// <summary>What the lot's units must agree on, as far as it is set, by part.</summary>
    /// <exception cref="RecordsException">One of them is not what the ledger says.</exception>
    public Task<IReadOnlyList<LotReference>> LotReferencesAsync(string lot, CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            Require(LotReferenceRows.Changed(connection, CleanText.Of(lot)));
            return LotReferenceRows.Load(connection, CleanText.Of(lot));
        },
        cancel);

    /// <summary>Sets parts that are not set yet, all in one commit; a part that another run has set stays as it is.</summary>
    /// <param name="lot">The lot, opened before.</param>
    /// <param name="run">The run whose unit showed them.</param>
    /// <param name="approval">Who or what approved them.</param>
    /// <param name="parts">Part and value.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <returns>Everything that is set now.</returns>
    public Task<IReadOnlyList<LotReference>> SetLotReferencesAsync(
        string lot, Guid run, string approval, IReadOnlyList<(string Part, string Value)> parts, CancellationToken cancel) => _ledger.WriteAsync(
        (connection, record) => LotReferenceRows.Set(connection, record, CleanText.Of(lot), run, approval, parts, _clock.GetUtcNow()), cancel);

    /// <summary>Keeps the units that a lot expects by MAC; again is harmless, and none is ever taken back.</summary>
    public Task ExpectUnitsAsync(string lot, string fileSha256, IReadOnlyList<(string Mac, int Line)> units, CancellationToken cancel) => _ledger.WriteAsync(
        (connection, record) => LotReferenceRows.Expect(connection, record, CleanText.Of(lot), fileSha256, units, _clock.GetUtcNow()), cancel);

    /// <summary>MACs that the lot expects and that no run has passed yet, in the order of their lines.</summary>
    /// <exception cref="RecordsException">A verdict or MAC of the lot is not the one the ledger has.</exception>
    public Task<IReadOnlyList<string>> UnusedUnitsAsync(string lot, CancellationToken cancel) => CountedAsync(lot, LotReferenceRows.Unused, cancel);

    /// <summary>Every backup of every unit, or of the units with a MAC: of each unit the original first, then the others, oldest first.</summary>
    /// <param name="mac">Twelve hex digits; null: any.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <exception cref="RecordsException">With a MAC: a run that took one of them was changed. Without: call <see cref="RequireChainAsync"/> first.</exception>
    public Task<IReadOnlyList<UnitBackup>> BackupsAsync(string? mac, CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            IReadOnlyList<UnitBackup> backups = BackupRows.Load(connection, mac is null ? null : UnitIdentity.MacOf(mac));
            if (mac is not null)
                Require(ToldRuns.Changed(connection, backups.Select(backup => backup.Run.ToString()).Distinct()));
            return backups;
        },
        cancel);

    /// <summary>Everything the vault must hold, by the run that put it there, oldest first; call <see cref="RequireChainAsync"/> before.</summary>
    public Task<IReadOnlyList<KeptArtifact>> ArtifactsAsync(CancellationToken cancel) => _database.ReadAsync(BackupRows.Artifacts, cancel);

    /// <summary>Every hash that a record of this data folder names in the vault: also in ledgers and journals that were set aside, and in copies.</summary>
    public Task<IReadOnlySet<string>> NamedArtifactsAsync(CancellationToken cancel) =>
        _database.ReadAsync(connection => NamedArtifacts.Of(connection, _database.Folder, cancel), cancel);

    /// <summary>A lot with every run, oldest first, all of one moment, each as it was closed; null where there is no such lot.</summary>
    /// <exception cref="RecordsException">One of its runs was changed.</exception>
    internal Task<WholeLot?> WholeLotAsync(string lot, CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            if (LotRows.Find(connection, CleanText.Of(lot)) is not { } found)
                return null;
            WholeLot whole = WholeLot.Load(connection, found);
            Told(connection, whole.Runs);
            return whole;
        },
        cancel);

    /// <summary>Walks everything: every row of every run, every fact, every kept document, the ledger's file.</summary>
    /// <remarks>It takes as long as there are runs. Beside a running station it sees one moment of it.</remarks>
    /// <param name="cancel">Ends the walk.</param>
    /// <param name="progress">Told now and then how many closing records of how many are done; null: nobody.</param>
    /// <exception cref="RecordsException">The ledger's file and the database do not agree.</exception>
    public Task<ChainState> ChainAsync(CancellationToken cancel, Action<long, long>? progress = null)
    {
        // Before the moment of the database is taken: a fact is in the database first.
        long length = _ledger.File.Length;
        return _database.ReadAsync(
            connection =>
            {
                LedgerStart.Agree(connection, _ledger.File, length, cancel);
                return ChainCheck.Walk(connection, progress, cancel);
            },
            cancel);
    }

    /// <summary>Walks everything: see <see cref="ChainAsync"/>.</summary>
    /// <exception cref="RecordsException">It is broken: the sentence names the record, fact or run, and what is known to be good.</exception>
    public async Task<ChainState> RequireChainAsync(CancellationToken cancel, Action<long, long>? progress = null)
    {
        ChainState chain = await ChainAsync(cancel, progress);
        WholeJournal.Require(_database.Folder, chain);
        return chain;
    }

    private Task<T> CountedAsync<T>(string lot, Func<SqliteConnection, string, T> read, CancellationToken cancel) => _database.ReadAsync(
        connection =>
        {
            string name = CleanText.Of(lot);
            Require(ToldRuns.ChangedVerdict(connection, name));
            return read(connection, name);
        },
        cancel);

    private IReadOnlyList<RunRecord> Told(SqliteConnection connection, IReadOnlyList<RunRecord> runs)
    {
        Require(ToldRuns.Changed(connection, runs));
        return runs;
    }

    private void Require(string? broken) => WholeJournal.Require(_database.Folder, broken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _ledger.Dispose();
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

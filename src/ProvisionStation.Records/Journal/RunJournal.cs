namespace ProvisionStation.Records.Journal;

/// <summary>The journal of one station: SQLite, append-only, every closing record chained to the one before.</summary>
/// <remarks>Safe for many callers at once. Every method throws <see cref="RecordsException"/> (record-lost) when nothing could be committed.</remarks>
public sealed class RunJournal : IAsyncDisposable
{
    /// <summary>Opens or creates the journal in a data folder, runs migrations, checks the chain's head, and closes runs that a crash left open as
    /// ABORTED <c>interrupted</c>, with the state their intents tell.</summary>
    /// <exception cref="RecordsException">The folder cannot be written, the database is damaged, or another station program has it open.</exception>
    public static Task<RunJournal> OpenAsync(string dataFolder, TimeProvider clock, CancellationToken cancel) => throw new NotImplementedException(dataFolder);

    /// <summary>Opens an existing journal for reading only; beside a running station too.</summary>
    public static Task<RunJournal> OpenForReadingAsync(string dataFolder, TimeProvider clock, CancellationToken cancel) => throw new NotImplementedException(dataFolder);

    /// <summary>The station's id, made at first start.</summary>
    public Guid StationId => throw new NotImplementedException();

    /// <summary>Runs that were closed as interrupted when this journal was opened.</summary>
    public IReadOnlyList<RunRecord> Interrupted => throw new NotImplementedException();

    /// <summary>Keeps a recipe or jig file by its hash; again is harmless.</summary>
    public Task KeepDocumentAsync(string kind, string name, string sha256, string text, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Opens a lot if it is new; a lot belongs to one recipe revision.</summary>
    /// <exception cref="RecordsException">The lot was opened under another recipe hash: the sentence names both.</exception>
    public Task OpenLotAsync(string lot, string recipe, int recipeRevision, string recipeSha256, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Inserts a run before power comes on (law 4).</summary>
    public Task<OpenRun> OpenRunAsync(RunOpening opening, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The runs that match, with everything that belongs to them.</summary>
    public Task<IReadOnlyList<RunRecord>> RunsAsync(RunQuery query, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The last run that was closed in a slot of a jig; null where there is none.</summary>
    public Task<RunRecord?> LastClosedAsync(string jig, int slot, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>True where the last closed run of the unit with these marks ended as ERROR <c>link-lost</c> in another slot or jig.</summary>
    public Task<bool> WentSilentElsewhereAsync(UnitMarks marks, string jig, int slot, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Verdict counts of a lot.</summary>
    public Task<LotCounts> CountsAsync(string lot, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The lots, oldest first, with recipe, times and counts.</summary>
    public Task<IReadOnlyList<LotRecord>> LotsAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Walks the whole chain.</summary>
    /// <returns>Null when every closing record hashes to what the next one says and no sequence number is missing; otherwise the first break, in words.</returns>
    public Task<string?> CheckChainAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>A run in progress. Each call is committed to stable storage when it returns.</summary>
/// <remarks>It remembers what it was given: the closing hash is taken over that, so that rows which say something else are noticed.</remarks>
public sealed class OpenRun
{
    private readonly JournalDatabase _database;
    private readonly StationLedger _ledger;
    private readonly TimeProvider _clock;
    private readonly List<StepRecord> _steps = [];
    private readonly List<Intent> _intents = [];
    private readonly List<Artifact> _artifacts = [];
    private readonly List<Claim> _claims = [];
    private RunRecord _run;

    internal OpenRun(JournalDatabase database, StationLedger ledger, TimeProvider clock, RunRecord run)
    {
        _database = database;
        _ledger = ledger;
        _clock = clock;
        _run = run;
    }

    /// <summary>The run's id.</summary>
    public Guid Id => _run.Id;

    /// <summary>Who works; null: nobody said.</summary>
    public string? Operator => _run.Opening.Operator;

    /// <summary>UTC wall clock of the insert.</summary>
    public DateTimeOffset StartedAt => _run.StartedAt;

    /// <summary>Finds the unit with these marks (same RF hash and MAC; the same chip, flash and key class where both are readable) or makes a new one, and
    /// ties it to the run.</summary>
    /// <remarks>Once in a run. A unit without an RF sector of its own or without a MAC cannot be recognised: it is always a new one.</remarks>
    /// <returns>Our own unit id.</returns>
    public async Task<Guid> IdentifyUnitAsync(UnitMarks marks, CancellationToken cancel)
    {
        UnitMarks kept = UnitIdentity.Clean(marks);
        Guid unit = Guid.Empty;
        return await _database.WriteAsync(
            connection => unit = UnitIdentity.Insert(connection, Id, kept, _clock.GetUtcNow()),
            cancel,
            () => _run = _run with { UnitId = unit, Marks = kept });
    }

    /// <summary>Adds a step that ended, with its measurements.</summary>
    public async Task AddStepAsync(StepRecord step, CancellationToken cancel)
    {
        const string sql = """
            INSERT INTO step (run, number, step, verdict, reason, attempts, started_at, duration_ticks, detail)
            VALUES (@run, @number, @Step, @verdict, @Reason, @Attempts, @startedAt, @ticks, @Detail)
            """;
        StepRecord kept = Clean(step);
        await _database.WriteAsync(
            connection =>
            {
                int number = _steps.Count + 1;
                connection.Execute(sql, new
                {
                    run = Id.ToString(),
                    number,
                    kept.Step,
                    verdict = RecordText.Of(kept.Verdict),
                    kept.Reason,
                    kept.Attempts,
                    startedAt = RowText.Of(kept.StartedAt),
                    ticks = kept.Duration.Ticks,
                    kept.Detail,
                });
                return InsertMeasurements(connection, number, kept.Measurements);
            },
            cancel,
            () => _steps.Add(kept));
    }

    /// <summary>Commits what is about to be erased.</summary>
    public async Task AddIntentAsync(Intent intent, CancellationToken cancel)
    {
        const string sql = """
            INSERT INTO intent (run, number, purpose, start_address, length_bytes)
            VALUES (@run, @number, @Purpose, @StartAddress, @LengthBytes)
            """;
        Intent kept = intent with { Purpose = CleanText.Of(intent.Purpose) };
        await _database.WriteAsync(
            connection => connection.Execute(sql, new
            {
                run = Id.ToString(),
                number = _intents.Count + 1,
                kept.Purpose,
                StartAddress = (long)kept.StartAddress,
                LengthBytes = (long)kept.LengthBytes,
            }),
            cancel,
            () => _intents.Add(kept));
    }

    /// <summary>Names something that is in the vault.</summary>
    public async Task AddArtifactAsync(Artifact artifact, CancellationToken cancel)
    {
        const string sql = "INSERT INTO artifact (run, number, kind, sha256, bytes, note) VALUES (@run, @number, @Kind, @Sha256, @Bytes, @Note)";
        Artifact kept = new(CleanText.Of(artifact.Kind), CleanText.Of(artifact.Sha256), artifact.Bytes, CleanText.OfOptional(artifact.Note));
        await _database.WriteAsync(
            connection => connection.Execute(
                sql, new { run = Id.ToString(), number = _artifacts.Count + 1, kept.Kind, kept.Sha256, kept.Bytes, kept.Note }),
            cancel,
            () => _artifacts.Add(kept));
    }

    /// <summary>Adds statements with their sources.</summary>
    public async Task AddClaimsAsync(IReadOnlyList<Claim> claims, CancellationToken cancel)
    {
        const string sql = "INSERT INTO claim (run, number, name, value, source) VALUES (@run, @number, @Name, @Value, @source)";
        Claim[] kept = [.. claims.Select(claim => new Claim(CleanText.Of(claim.Name), CleanText.Of(claim.Value), claim.Source))];
        await _database.WriteAsync(
            connection => connection.Execute(
                sql,
                kept.Select((claim, index) => new
                {
                    run = Id.ToString(),
                    number = _claims.Count + index + 1,
                    claim.Name,
                    claim.Value,
                    source = RecordText.Of(claim.Source),
                })),
            cancel,
            () => _claims.AddRange(kept));
    }

    /// <summary>Closes the run: sequence, previous hash, own hash and the fact of it, committed with synchronous=FULL; the fact's line synced into the
    /// ledger's file; then all of it read back through another connection (law 2).</summary>
    /// <returns>The run as read back.</returns>
    /// <exception cref="RecordsException">Not committed, or what was read back differs (record-lost).</exception>
    public async Task<RunRecord> CloseAsync(RunClosing closing, CancellationToken cancel)
    {
        RunRecord closed = await _ledger.WriteAsync(
            (connection, record) =>
            {
                RunRecord given = _run with { Steps = [.. _steps], Intents = [.. _intents], Artifacts = [.. _artifacts], Claims = [.. _claims] };
                RunRecord written = RunCloser.Insert(connection, given, closing, _clock.GetUtcNow());
                // Inside the transaction: a closing record that its own rows contradict must not get into the chain.
                RequireSame(written, RunReader.Load(connection, Id));
                record(ClosedFact.Of(written));
                return written;
            },
            cancel);
        (RunRecord? readBack, string? contradiction) = await _database.ReadBackAsync(
            connection => (RunReader.Load(connection, Id), ClosedFact.Contradiction(connection, closed)));
        RunRecord same = RequireSame(closed, readBack);
        return contradiction is null ? same : throw Lost(closed, $"reads back differently from what was written: {contradiction}");
    }

    private static RunRecord RequireSame(RunRecord written, RunRecord? found)
    {
        if (found?.Closing is not null
            && found.Sequence == written.Sequence
            && found.Sha256 == written.Sha256
            && ClosingForm.Sha256Of(found) == written.Sha256)
            return found;
        string difference = found?.Closing is null ? "is not there when it is looked for" : "reads back differently from what was written";
        throw Lost(written, difference);
    }

    private static RecordsException Lost(RunRecord written, string difference) => new(
        "record-lost",
        $"the closing record {written.Sequence} of run {written.Id} {difference}",
        "Treat the unit as not judged, look at the station's disk, then start again.");

    private int InsertMeasurements(SqliteConnection connection, int step, IReadOnlyList<Measurement> measurements)
    {
        const string sql = """
            INSERT INTO measurement (run, step, number, name, value, unit, low, high, nominal_low, nominal_high, samples, samples_per_second, note)
            VALUES (@run, @step, @number, @Name, @Value, @Unit, @Low, @High, @NominalLow, @NominalHigh, @Samples, @SamplesPerSecond, @Note)
            """;
        return connection.Execute(sql, measurements.Select((one, index) => new
        {
            run = Id.ToString(),
            step,
            number = index + 1,
            one.Name,
            Value = double.IsNaN(one.Value) ? (double?)null : one.Value,
            one.Unit,
            one.Low,
            one.High,
            one.NominalLow,
            one.NominalHigh,
            one.Samples,
            one.SamplesPerSecond,
            one.Note,
        }));
    }

    private static StepRecord Clean(StepRecord step) => step with
    {
        Step = CleanText.Of(step.Step),
        Reason = CleanText.OfOptional(step.Reason),
        Detail = CleanText.Of(step.Detail),
        Measurements = [.. step.Measurements.Select(Clean)],
    };

    private static Measurement Clean(Measurement one) => one with
    {
        Name = CleanText.Of(one.Name),
        Value = Kept(one.Value) ?? double.NaN,
        Unit = CleanText.Of(one.Unit),
        Low = Kept(one.Low),
        High = Kept(one.High),
        NominalLow = Kept(one.NominalLow),
        NominalHigh = Kept(one.NominalHigh),
        SamplesPerSecond = Kept(one.SamplesPerSecond),
        Note = CleanText.OfOptional(one.Note),
    };

    /// <summary>SQLite keeps no NaN and no negative zero.</summary>
    private static double? Kept(double? value) => value is { } number && !double.IsNaN(number) ? number + 0.0 : null;
}

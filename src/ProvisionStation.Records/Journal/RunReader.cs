using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>Turns rows into runs, in one place.</summary>
internal static class RunReader
{
    /// <summary>SQLite takes 32766 parameters; fewer keep a chunk's memory small.</summary>
    private const int RunsAtOnce = 500;

    /// <summary>The runs with these ids, in this order, with everything that belongs to them.</summary>
    public static IReadOnlyList<RunRecord> Load(SqliteConnection connection, IEnumerable<string> ids)
    {
        List<RunRecord> runs = [];
        foreach (string[] chunk in ids.Chunk(RunsAtOnce))
        {
            Dictionary<string, RunRecord> found = LoadChunk(connection, chunk).ToDictionary(run => run.Id.ToString());
            runs.AddRange(chunk.Select(id => found[id]));
        }

        return runs;
    }

    /// <summary>One run; null where there is none.</summary>
    public static RunRecord? Load(SqliteConnection connection, Guid id) => LoadChunk(connection, [id.ToString()]).FirstOrDefault();

    /// <summary>The runs with these ids that are there, at most as many as one statement takes parameters.</summary>
    public static IReadOnlyDictionary<string, RunRecord> Find(SqliteConnection connection, string[] ids) =>
        LoadChunk(connection, ids).ToDictionary(run => run.Id.ToString());

    private static IEnumerable<RunRecord> LoadChunk(SqliteConnection connection, string[] ids)
    {
        const string sql = """
            SELECT r.number, l.recipe AS LotRecipe, l.recipe_revision AS LotRecipeRevision, l.recipe_sha256 AS LotRecipeSha256,
                l.opened_at AS LotOpenedAt, r.id, r.station, r.started_at AS StartedAt, r.lot, r.slot, r.jig, r.jig_revision AS JigRevision, r.jig_sha256 AS JigSha256,
                r.recipe, r.recipe_revision AS RecipeRevision, r.recipe_sha256 AS RecipeSha256, r.image_sha256 AS ImageSha256,
                r.image_version AS ImageVersion, r.operator, r.program,
                u.unit AS UnitId, u.mac, u.mac_source AS MacSource, u.chip, u.chip_id AS ChipId, u.flash_id AS FlashId,
                u.flash_bytes AS FlashBytes, u.key_class AS KeyClass, u.rf_sha256 AS RfSha256,
                c.sequence, c.closed_at AS ClosedAt, c.verdict, c.reason, c.detail, c.remedy, c.state, c.backup_sha256 AS BackupSha256,
                c.duration_ticks AS DurationTicks, c.short_boots AS ShortBoots, c.link, c.previous_sha256 AS PreviousSha256, c.sha256
            FROM run r
            LEFT JOIN run_unit u ON u.run = r.id
            LEFT JOIN run_closed c ON c.run = r.id
            LEFT JOIN lot l ON l.lot = r.lot
            WHERE r.id IN @ids
            """;
        RunRow[] rows = [.. connection.Query<RunRow>(sql, new { ids })];
        ILookup<string, StepRecord> steps = Steps(connection, ids);
        ILookup<string, Intent> intents = Intents(connection, ids);
        ILookup<string, Artifact> artifacts = Artifacts(connection, ids);
        ILookup<string, Claim> claims = Claims(connection, ids);
        return rows.Select(row => new RunRecord(
            Guid.Parse(row.Id),
            Guid.Parse(row.Station),
            RowText.TimeOf(row.StartedAt),
            OpeningOf(row),
            row.UnitId is null ? null : Guid.Parse(row.UnitId),
            row.UnitId is null ? null : MarksOf(row),
            row.Sequence is null ? null : ClosingOf(row),
            row.ClosedAt is null ? null : RowText.TimeOf(row.ClosedAt),
            row.Sequence,
            row.PreviousSha256,
            row.Sha256,
            [.. steps[row.Id]],
            [.. intents[row.Id]],
            [.. artifacts[row.Id]],
            [.. claims[row.Id]])
        {
            Number = row.Number,
            LotOpening = row.LotOpenedAt is null
                ? null
                : new LotOpening(row.LotRecipe, row.LotRecipeRevision, row.LotRecipeSha256, RowText.TimeOf(row.LotOpenedAt)),
        });
    }

    private static RunOpening OpeningOf(RunRow row) => new(
        row.Lot, row.Slot, row.Jig, row.JigRevision, row.JigSha256, row.Recipe, row.RecipeRevision, row.RecipeSha256, row.ImageSha256, row.ImageVersion,
        row.Operator, row.Program);

    private static UnitMarks MarksOf(RunRow row) =>
        new(row.Mac, row.MacSource, row.Chip, row.ChipId, row.FlashId, row.FlashBytes, row.KeyClass, row.RfSha256);

    private static RunClosing ClosingOf(RunRow row) => new(
        RecordText.VerdictOf(row.Verdict!),
        row.Reason,
        row.Detail!,
        row.Remedy,
        RecordText.StateOf(row.State!),
        row.BackupSha256,
        TimeSpan.FromTicks(row.DurationTicks),
        row.ShortBoots,
        JsonSerializer.Deserialize<Dictionary<string, long>>(row.Link!) ?? []);

    private static ILookup<string, StepRecord> Steps(SqliteConnection connection, string[] ids)
    {
        const string stepSql = """
            SELECT run, number, step, verdict, reason, attempts, started_at AS StartedAt, duration_ticks AS DurationTicks, detail
            FROM step
            WHERE run IN @ids
            ORDER BY run, number
            """;
        const string measurementSql = """
            SELECT run, step, name, value, unit, low, high, nominal_low AS NominalLow, nominal_high AS NominalHigh, samples,
                samples_per_second AS SamplesPerSecond, note
            FROM measurement
            WHERE run IN @ids
            ORDER BY run, step, number
            """;
        ILookup<(string, long), Measurement> measurements = connection.Query<MeasurementRow>(measurementSql, new { ids }).ToLookup(
            row => (row.Run, row.Step),
            row => new Measurement(
                row.Name, row.Value ?? double.NaN, row.Unit, row.Low, row.High, row.NominalLow, row.NominalHigh,
                row.Samples, row.SamplesPerSecond, row.Note));
        return connection.Query<StepRow>(stepSql, new { ids }).ToLookup(
            row => row.Run,
            row => new StepRecord(
                row.Step,
                RecordText.VerdictOf(row.Verdict),
                row.Reason,
                row.Attempts,
                RowText.TimeOf(row.StartedAt),
                TimeSpan.FromTicks(row.DurationTicks),
                row.Detail,
                [.. measurements[(row.Run, row.Number)]]));
    }

    private static ILookup<string, Intent> Intents(SqliteConnection connection, string[] ids)
    {
        const string sql = """
            SELECT run, purpose, start_address AS StartAddress, length_bytes AS LengthBytes
            FROM intent
            WHERE run IN @ids
            ORDER BY run, number
            """;
        return connection.Query<IntentRow>(sql, new { ids }).ToLookup(
            row => row.Run, row => new Intent(row.Purpose, checked((uint)row.StartAddress), checked((uint)row.LengthBytes)));
    }

    private static ILookup<string, Artifact> Artifacts(SqliteConnection connection, string[] ids)
    {
        const string sql = "SELECT run, kind, sha256, bytes, note FROM artifact WHERE run IN @ids ORDER BY run, number";
        return connection.Query<ArtifactRow>(sql, new { ids }).ToLookup(
            row => row.Run, row => new Artifact(row.Kind, row.Sha256, row.Bytes, row.Note));
    }

    private static ILookup<string, Claim> Claims(SqliteConnection connection, string[] ids)
    {
        const string sql = "SELECT run, name, value, source FROM claim WHERE run IN @ids ORDER BY run, number";
        return connection.Query<ClaimRow>(sql, new { ids }).ToLookup(
            row => row.Run, row => new Claim(row.Name, row.Value, RecordText.SourceOf(row.Source)));
    }
}

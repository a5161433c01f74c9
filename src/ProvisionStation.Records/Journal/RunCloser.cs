using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>Appends closing records to the chain, and tells from the rows of a run that a crash left open what became of its unit.</summary>
public static class RunCloser
{
    private const string RunAgain = "Run the unit again: its write goes on where it stood or begins anew, as the recipe says.";

    /// <summary>Inserts the closing record inside the caller's transaction: next sequence number, hash of the one before, own hash.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="run">The run in progress with all that was added to it.</param>
    /// <param name="closing">How it ended.</param>
    /// <param name="closedAt">UTC wall clock.</param>
    /// <returns>The run as it must read back.</returns>
    internal static RunRecord Insert(SqliteConnection connection, RunRecord run, RunClosing closing, DateTimeOffset closedAt)
    {
        (long sequence, string previous) = connection.QuerySingleOrDefault<(long, string)?>(
            "SELECT sequence, sha256 FROM run_closed ORDER BY sequence DESC LIMIT 1") ?? (0, ClosingForm.NoPrevious);
        RunRecord closed = run with { Closing = Clean(closing), ClosedAt = closedAt, Sequence = sequence + 1, PreviousSha256 = previous };
        closed = closed with { Sha256 = ClosingForm.Sha256Of(closed) };
        const string sql = """
            INSERT INTO run_closed (sequence, run, closed_at, verdict, reason, detail, remedy, state, backup_sha256, duration_ticks, short_boots, link,
                previous_sha256, sha256)
            VALUES (@Sequence, @run, @closedAt, @verdict, @Reason, @Detail, @Remedy, @state, @BackupSha256, @ticks, @ShortBoots, @link,
                @PreviousSha256, @Sha256)
            """;
        connection.Execute(sql, new
        {
            closed.Sequence,
            run = closed.Id.ToString(),
            closedAt = RowText.Of(closedAt),
            verdict = RecordText.Of(closing.Verdict),
            closed.Closing.Reason,
            closed.Closing.Detail,
            closed.Closing.Remedy,
            state = RecordText.Of(closing.State),
            closed.Closing.BackupSha256,
            ticks = closing.Duration.Ticks,
            closing.ShortBoots,
            link = CanonicalJson.TextOf(ClosingForm.Link(closed.Closing.Link)),
            closed.PreviousSha256,
            closed.Sha256,
        });
        return closed;
    }

    /// <summary>Runs that are open, oldest first: nobody can be working on one when the journal is opened.</summary>
    /// <remarks>Runs and closing records are numbered without a gap, so the two last numbers say how many are open; and as every start closes what it finds, those are
    /// among the newest. Not one of a million closed runs is looked at.</remarks>
    /// <exception cref="RecordsException">There are fewer than the numbers say: a run was taken away.</exception>
    internal static IReadOnlyList<string> Open(SqliteConnection connection)
    {
        const string sql = """
            SELECT r.id
            FROM run r
            WHERE NOT EXISTS (SELECT 1 FROM run_closed c WHERE c.run = r.id)
            ORDER BY r.number DESC
            LIMIT @open
            """;
        long begun = connection.ExecuteScalar<long>("SELECT coalesce(max(number), 0) FROM run");
        long closed = connection.ExecuteScalar<long>("SELECT coalesce(max(sequence), 0) FROM run_closed");
        List<string> open = connection.Query<string>(sql, new { open = Math.Max(0, begun - closed) }).AsList();
        if (open.Count != begun - closed)
        {
            throw new RecordsException(
                "record-lost",
                $"the journal was changed or is damaged: {begun} runs were begun and {closed} closed, but {open.Count} are open; 'ledger verify' says where",
                JournalDatabase.BringBack);
        }

        open.Reverse();
        return open;
    }

    /// <summary>Closes a run that is open, inside the caller's transaction.</summary>
    internal static RunRecord CloseInterrupted(SqliteConnection connection, string id, Func<RunRecord, RunClosing> closingOf, DateTimeOffset now)
    {
        RunRecord run = RunReader.Load(connection, [id])[0];
        return Insert(connection, run, closingOf(run), now);
    }

    /// <summary>How a run ended that nobody closed.</summary>
    /// <remarks>Its duration is the time to the end of its last step: that is all that is known. One short boot is counted once an image was in, as
    /// the application may have started when the station could not see it.</remarks>
    public static RunClosing Interrupted(RunRecord run)
    {
        UnitState state = StateOf(run);
        TimeSpan duration = run.Steps is [.., var last] ? last.StartedAt + last.Duration - run.StartedAt : TimeSpan.Zero;
        string after = run.Steps.Count == 0 ? "before its first step ended" : $"after step {run.Steps[^1].Step} had ended";
        List<Intent> erases = Erases(run);
        string erased = erases.Count == 0
            ? "nothing was erased"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the last block that may be erased or half written is number {erases.Count} ({erases[^1].Purpose}), "
                + $"0x{erases[^1].StartAddress:X6} + {erases[^1].LengthBytes >> 10} KiB");
        return new RunClosing(
            Verdict.Aborted,
            "interrupted",
            $"the station's program ended {after}, by power loss, kill or crash; {erased}",
            RemedyOf(run, state),
            state,
            run.Artifacts.LastOrDefault(artifact => artifact.Kind == "backup")?.Sha256,
            duration < TimeSpan.Zero ? TimeSpan.Zero : duration,
            state is UnitState.Written or UnitState.Configured or UnitState.Restored ? 1 : 0,
            new Dictionary<string, long>());
    }

    /// <summary>A unit that a person ordered its own firmware back into is not converted instead.</summary>
    private static string RemedyOf(RunRecord run, UnitState state) => state switch
    {
        _ when run.Opening.Recipe == "restore" =>
            $"Give 'restore --unit {run.Marks?.Mac ?? run.UnitId?.ToString() ?? "MAC"} …' again, as it was given before; 'run' would convert the unit.",
        UnitState.Untouched => "Run the unit again: nothing was changed on it.",
        _ => RunAgain,
    };

    /// <summary>What intents and steps tell. An intent is committed before its erase, so the flash is at most as far as the last one.</summary>
    internal static UnitState StateOf(RunRecord run)
    {
        List<Intent> erases = Erases(run);
        if (erases.Count == 0)
            return UnitState.Untouched;
        if (erases.All(intent => intent.Purpose == "rf-sector"))
            return OfRfSector(run);
        // A backup that goes back takes image and configuration away; the claim is committed once it was compared byte by byte.
        if (erases.Any(intent => intent.Purpose == "restore"))
            return run.Claims.Any(claim => claim.Name == "restored") ? UnitState.Restored : erases.Count == 1 ? UnitState.Erased : UnitState.PartlyWritten;
        if (Passed(run, "verify"))
            return Passed(run, "configure") ? UnitState.Configured : UnitState.Written;
        return erases.Count == 1 ? UnitState.Erased : UnitState.PartlyWritten;
    }

    /// <summary>The firmware stays what it was: the run says what earlier ones had left.</summary>
    private static UnitState OfRfSector(RunRecord run)
    {
        UnitState left = run.Claims.LastOrDefault(claim => claim.Name == "state-before") is { } before ? RecordText.StateOf(before.Value) : UnitState.Untouched;
        return left != UnitState.Untouched ? left : run.Claims.Any(claim => claim.Name == "rf-sector") ? UnitState.Restored : UnitState.Erased;
    }

    /// <summary>An intent without a range opens the flash's protection; the flash itself is as it was.</summary>
    private static List<Intent> Erases(RunRecord run) => [.. run.Intents.Where(intent => intent.LengthBytes > 0)];

    private static bool Passed(RunRecord run, string step) => run.Steps.Any(one => one.Step == step && one.Verdict == Verdict.Pass);

    private static RunClosing Clean(RunClosing closing) => closing with
    {
        Reason = CleanText.OfOptional(closing.Reason),
        Detail = CleanText.Of(closing.Detail),
        Remedy = CleanText.OfOptional(closing.Remedy),
        BackupSha256 = CleanText.OfOptional(closing.BackupSha256),
        Link = closing.Link.ToDictionary(one => CleanText.Of(one.Key), one => one.Value),
    };
}

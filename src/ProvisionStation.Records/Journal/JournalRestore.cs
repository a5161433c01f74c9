using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Records.Journal;

/// <summary>Puts a copy in the place of a broken journal. The broken one is set aside under a name, never removed.</summary>
/// <remarks>Journal and ledger are made ready in a folder beside it and then renamed: see <see cref="JournalSwap"/>. The former ledger is kept, and the fact
/// <c>journal-restored</c> names it for ever: who restores an older journal cannot hide what came after.</remarks>
public static class JournalRestore
{
    private const string WorkPrefix = ".restore-";
    private const string Reason = "record-lost";
    private const string NotKnown = "not known";

    private const string NotKnownText = "Not known: the journal was put back from a copy that does not have this run.";

    private static readonly string NoHash = new('0', 64);
    private static readonly string NotKnownHash = HashOf(NotKnownText);

    /// <summary>Does it.</summary>
    /// <param name="dataFolder">The station's; no station may work in it.</param>
    /// <param name="copy">A copy of its journal.</param>
    /// <param name="evenIfWhole">True to replace a journal in which nothing is wrong.</param>
    /// <param name="clock">When it happened.</param>
    /// <param name="cancel">Ends it before anything is replaced.</param>
    /// <exception cref="RecordsException">The copy is damaged, of a newer form or of another station; the journal is whole; or a station works here.</exception>
    public static Task<JournalRestored> RestoreAsync(string dataFolder, string copy, bool evenIfWhole, TimeProvider clock, CancellationToken cancel) =>
        RestoreAsync(dataFolder, copy, evenIfWhole, clock, _ => { }, cancel);

    /// <summary>The same, told after each rename; a seam for tests.</summary>
    internal static async Task<JournalRestored> RestoreAsync(
        string dataFolder, string copy, bool evenIfWhole, TimeProvider clock, Action<string> renamed, CancellationToken cancel)
    {
        string folder = Path.GetFullPath(dataFolder);
        string path = Path.Combine(folder, JournalDatabase.FileName);
        try
        {
            using StationLock held = StationLock.Take(folder);
            JournalLook look = RequireUsable(await JournalFile.LookAsync(Path.GetFullPath(copy), cancel));
            if (!evenIfWhole)
                await RequireBrokenAsync(folder, path, clock, cancel);
            using LedgerFile ledger = new(folder);
            (FormerLedger former, LedgerTale tale) = await Task.Run(() => Read(ledger, look, cancel), cancel);
            RequireSameStation(look, former.Agreed > 0 ? look.Station : tale.Station, path, cancel);
            JournalSwap swap = new(folder, clock.GetUtcNow());
            string work = Path.Combine(folder, WorkPrefix + Path.GetRandomFileName());
            RemoveLeftovers(folder);
            StableStorage.CreatePrivateFolder(work);
            try
            {
                string? aside = former.Sha256 is null ? null : swap.LedgerAside;
                if (aside is not null)
                    KeepCopy(ledger, Path.Combine(work, Path.GetFileName(aside)));
                IReadOnlyList<RunRecord> cutShort = await MakeReadyAsync(work, look, tale, former, swap, clock, cancel);
                string? journalAside = swap.JournalAside;
                foreach (string step in swap.Steps(work))
                    renamed(step);
                return new JournalRestored(
                    look, journalAside, tale.IsThere, tale.Unreadable, tale.Lost, cutShort, aside, former.Agreed, former.Good.Lines, tale.Decided);
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }
        catch (Exception e) when (JournalDatabase.Lost(e, path) is { } lost)
        {
            throw lost;
        }
    }

    private static (FormerLedger Former, LedgerTale Tale) Read(LedgerFile ledger, JournalLook copy, CancellationToken cancel)
    {
        using SqliteConnection connection = JournalDatabase.Connect(copy.File, SqliteOpenMode.ReadOnly);
        FormerLedger former = FormerLedger.Of(ledger, connection, cancel);
        return (former, LedgerTale.Read(ledger, former, connection, cancel));
    }

    private static void KeepCopy(LedgerFile ledger, string to)
    {
        using Stream from = ledger.OpenForReading();
        using FileStream copy = StableStorage.CreatePrivate(to);
        from.CopyTo(copy);
        DiskSync.System.File(copy);
    }

    private static JournalLook RequireUsable(JournalLook look)
    {
        if (!look.IsWhole)
            throw new RecordsException(Reason, $"{look.File} cannot be put in place, it is damaged itself: {look.Problems[0]}", "Take an older copy.");
        long known = Migrations.Scripts()[^1].Number;
        return look.Form <= known
            ? look
            : throw new RecordsException(Reason, $"{look.File} has form {look.Form}, this program knows {known}", "Use the newer program that wrote it.");
    }

    private static async Task RequireBrokenAsync(string folder, string path, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            if (!(await JournalFile.LookAsync(path, cancel)).IsWhole)
                return;
            await using RunJournal journal = await RunJournal.OpenForReadingAsync(folder, clock, cancel);
            await journal.RequireChainAsync(cancel);
        }
        catch (RecordsException)
        {
            return;
        }

        throw new RecordsException(
            Reason,
            $"nothing is wrong with the journal {path}: a copy in its place would lose what came after",
            "Start the station; give --even-if-whole where the copy is wanted all the same.")
        {
            IsWrongUse = true,
        };
    }

    private static void RequireSameStation(JournalLook look, Guid? own, string path, CancellationToken cancel)
    {
        try
        {
            own ??= File.Exists(path) ? JournalFile.Look(path, cancel).Station : null;
        }
        catch (RecordsException)
        {
            // It cannot even be opened: then it tells nothing.
        }

        if (own is { } station && station != look.Station)
        {
            throw new RecordsException(
                Reason, $"{look.File} is the journal of station {look.Station}, this data folder belongs to station {station}", "Take a copy of this station.")
            {
                IsWrongUse = true,
            };
        }
    }

    /// <summary>The copy as the station will find it: brought to this program's form, with a ledger file of its own, its open runs closed, lost runs
    /// named, everything walked.</summary>
    private static async Task<IReadOnlyList<RunRecord>> MakeReadyAsync(
        string work, JournalLook copy, LedgerTale tale, FormerLedger former, JournalSwap swap, TimeProvider clock, CancellationToken cancel)
    {
        string path = Path.Combine(work, JournalDatabase.FileName);
        StableStorage.CreatePrivate(path).Dispose();
        using (SqliteConnection connection = JournalDatabase.Connect(copy.File, SqliteOpenMode.ReadOnly))
            connection.Execute("VACUUM INTO @path", new { path }, commandTimeout: 0);
        await WriteLedgerAsync(work, copy, clock, cancel);
        string name = Path.GetFileName(copy.File);
        Dictionary<Guid, LostRun> lost = tale.Lost.ToDictionary(run => run.Run);
        IReadOnlyList<RunRecord> cutShort;
        await using (RunJournal journal = await RunJournal.OpenAsync(work, clock, run => Closing(run, lost, name), cancel))
        {
            cutShort = journal.Interrupted;
            HashSet<Guid> there = [.. cutShort.Select(run => run.Id)];
            string story = Story(copy, tale, cutShort, clock);
            await journal.KeepDocumentAsync("restored", name, HashOf(story), story, cancel);
            await journal.RecordFactsAsync([Fact(copy, tale, former, swap, cutShort.Count), .. tale.Decided], cancel);
            foreach (string kind in tale.Lost.Count > 0 ? new[] { "jig", "recipe" } : [])
                await journal.KeepDocumentAsync(kind, NotKnown, NotKnownHash, NotKnownText, cancel);
            foreach (LostRun run in tale.Lost.Where(run => !there.Contains(run.Run)))
                await AddAsync(journal, run, tale, name, cancel);
            if ((await journal.ChainAsync(cancel)).Break is { } broken)
                throw Unusable(copy, broken);
        }

        if (File.Exists(path + "-wal"))
            throw new RecordsException(Reason, $"the copy {copy.File} could not be made ready: its -wal file stayed", "Run the command again.");
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        DiskSync.System.File(file);
        return cutShort;
    }

    /// <summary>The copy's own facts as a file; an older copy has none, its ledger begins when it is opened.</summary>
    private static async Task WriteLedgerAsync(string work, JournalLook copy, TimeProvider clock, CancellationToken cancel)
    {
        await using JournalDatabase database = await Task.Run(() => JournalDatabase.OpenForWriting(work, clock), cancel);
        await database.ReadAsync(
            connection =>
            {
                if (LedgerCheck.Walk(connection, cancel).Break is { } broken)
                    throw Unusable(copy, broken);
                return LedgerMending.Write(connection, Path.Combine(work, LedgerFile.FileName), DiskSync.System, cancel);
            },
            cancel);
    }

    private static RecordsException Unusable(JournalLook copy, string problem) =>
        new(Reason, $"{copy.File} cannot be put in place, it was changed itself: {problem}", "Take another copy.");

    private static LedgerFact Fact(JournalLook copy, LedgerTale tale, FormerLedger former, JournalSwap swap, int cutShort) => new(
        FactKinds.JournalRestored,
        Path.GetFileName(copy.File),
        new Dictionary<string, string?>(former.Body())
        {
            ["closing"] = copy.Closed.ToString(CultureInfo.InvariantCulture),
            ["sha256"] = copy.LastSha256,
            ["journalAside"] = Path.GetFileName(swap.JournalAside),
            ["aside"] = former.Sha256 is null ? null : Path.GetFileName(swap.LedgerAside),
            ["lostRuns"] = tale.IsThere ? tale.Lost.Count.ToString(CultureInfo.InvariantCulture) : null,
            ["cutShortRuns"] = cutShort.ToString(CultureInfo.InvariantCulture),
        });

    /// <summary>How a run ends that was in work when the copy was taken. The ledger may know; otherwise the worst is taken to be true.</summary>
    private static RunClosing Closing(RunRecord run, Dictionary<Guid, LostRun> lost, string copy)
    {
        if (lost.TryGetValue(run.Id, out LostRun? known))
            return Closing(known, copy);
        return RunCloser.Interrupted(run) with
        {
            Detail = $"the run was in work when the journal's copy {copy} was taken, what came after is lost: what is in the unit is not known, "
                + "it is taken as partly written",
            Remedy = "Run the unit again: it starts with a whole image.",
            State = UnitState.PartlyWritten,
        };
    }

    private static RunClosing Closing(LostRun run, string copy) => new(
        Verdict.Error,
        Reason,
        string.Create(
            CultureInfo.InvariantCulture,
            $"the record of this run is lost: the journal was put back from the copy {copy}. The ledger says: run {run.Run} ended {RecordText.Of(run.Verdict)}")
            + $"{(run.Reason is null ? "" : " " + run.Reason)}, MAC {run.Mac ?? "not read"}, closing record {run.Closing}, hash {run.Sha256}",
        "Look the unit up by its MAC, and run it again where its record is needed.",
        run.State,
        run.BackupSha256,
        TimeSpan.Zero,
        0,
        new Dictionary<string, long>());

    /// <summary>A record in the place of a lost one: its number is not given to another run, and its backup is still named.</summary>
    private static async Task AddAsync(RunJournal journal, LostRun run, LedgerTale tale, string copy, CancellationToken cancel)
    {
        LotRecord? known = (await journal.LotsAsync(cancel)).FirstOrDefault(lot => lot.Lot == run.Lot);
        (string recipe, int revision, string sha256) = known is not null
            ? (known.Recipe, known.RecipeRevision, known.RecipeSha256)
            : tale.Lots.GetValueOrDefault(run.Lot, (NotKnown, 0, NotKnownHash));
        RunOpening opening = new(run.Lot, 0, NotKnown, 0, NotKnownHash, recipe, revision, sha256, NoHash, NotKnown, null, NotKnown);
        OpenRun record = await journal.OpenRunAsync(opening, cancel);
        await record.AddClaimsAsync(
            [
                new Claim("lost-run", run.Run.ToString(), ClaimSource.Derived),
                new Claim("lost-run-sha256", run.Sha256, ClaimSource.Derived),
                new Claim("lost-run-verdict", RecordText.Of(run.Verdict), ClaimSource.Derived),
                new Claim("lost-run-mac", run.Mac ?? "not read", ClaimSource.Derived),
            ],
            cancel);
        await record.CloseAsync(Closing(run, copy), cancel);
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>What stands in the journal for ever about it.</summary>
    private static string Story(JournalLook copy, LedgerTale tale, IReadOnlyList<RunRecord> cutShort, TimeProvider clock)
    {
        string lost = tale switch
        {
            { IsThere: false } => "No ledger file was there: what was closed after the copy is not known, and its numbers may be given again.",
            { Lost: [] } => "The ledger knows no run that was closed after it.",
            _ => "Runs that the ledger knows and the copy does not: "
                + string.Join("; ", tale.Lost.Select(run => $"closing record {run.Closing} of run {run.Run}, hash {run.Sha256}")) + ".",
        };
        return $"At {RecordText.Of(clock.GetUtcNow())} the journal was put back from the copy {Path.GetFileName(copy.File)}, form {copy.Form}, "
            + $"which ends with closing record {copy.Closed}, hash {copy.LastSha256}. {lost} Runs in work when it was taken: {cutShort.Count}.";
    }

    private static void RemoveLeftovers(string folder)
    {
        foreach (string work in Directory.GetDirectories(folder, WorkPrefix + "*"))
            Directory.Delete(work, recursive: true);
    }
}

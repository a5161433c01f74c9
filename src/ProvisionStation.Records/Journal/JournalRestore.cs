using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>Puts a copy in the place of a broken journal. The broken one is set aside under a name, never removed.</summary>
/// <remarks>Everything is made ready in a folder beside it and then renamed: a crash leaves either journal, or none with the broken one set aside, which
/// every start refuses.</remarks>
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
    public static async Task<JournalRestored> RestoreAsync(string dataFolder, string copy, bool evenIfWhole, TimeProvider clock, CancellationToken cancel)
    {
        string folder = Path.GetFullPath(dataFolder);
        string path = Path.Combine(folder, JournalDatabase.FileName);
        try
        {
            using StationLock held = StationLock.Take(folder);
            JournalLook look = RequireUsable(await JournalFile.LookAsync(Path.GetFullPath(copy), cancel));
            if (!evenIfWhole)
                await RequireBrokenAsync(folder, path, clock, cancel);
            LedgerTale tale = await Task.Run(() => LedgerTale.Read(folder, look.Closed, cancel), cancel);
            RequireSameStation(look, tale, path, cancel);
            string work = Path.Combine(folder, WorkPrefix + Path.GetRandomFileName());
            RemoveLeftovers(folder);
            StableStorage.CreatePrivateFolder(work);
            try
            {
                IReadOnlyList<RunRecord> cutShort = await MakeReadyAsync(work, look, tale, clock, cancel);
                string? aside = Swap(folder, Path.Combine(work, JournalDatabase.FileName), clock);
                return new JournalRestored(look, aside, tale.IsThere, tale.Unreadable, tale.Lost, cutShort);
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

    private static void RequireSameStation(JournalLook look, LedgerTale tale, string path, CancellationToken cancel)
    {
        Guid? own = tale.Station;
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

    /// <summary>The copy as the station will find it: brought to this program's form, its chain walked, its open runs closed, lost runs named.</summary>
    private static async Task<IReadOnlyList<RunRecord>> MakeReadyAsync(string work, JournalLook copy, LedgerTale tale, TimeProvider clock, CancellationToken cancel)
    {
        string path = Path.Combine(work, JournalDatabase.FileName);
        StableStorage.CreatePrivate(path).Dispose();
        using (SqliteConnection connection = JournalDatabase.Connect(copy.File, SqliteOpenMode.ReadOnly))
            connection.Execute("VACUUM INTO @path", new { path }, commandTimeout: 0);
        string name = Path.GetFileName(copy.File);
        Dictionary<Guid, LostRun> lost = tale.Lost.ToDictionary(run => run.Run);
        IReadOnlyList<RunRecord> cutShort;
        await using (RunJournal journal = await RunJournal.OpenAsync(work, clock, run => Closing(run, lost, name), cancel))
        {
            cutShort = journal.Interrupted;
            HashSet<Guid> there = [.. cutShort.Select(run => run.Id)];
            string story = Story(copy, tale, cutShort, clock);
            await journal.KeepDocumentAsync("restored", name, HashOf(story), story, cancel);
            foreach (string kind in tale.Lost.Count > 0 ? new[] { "jig", "recipe" } : [])
                await journal.KeepDocumentAsync(kind, NotKnown, NotKnownHash, NotKnownText, cancel);
            foreach (LostRun run in tale.Lost.Where(run => !there.Contains(run.Run)))
                await AddAsync(journal, run, tale, name, cancel);
        }

        if (File.Exists(path + "-wal"))
            throw new RecordsException(Reason, $"the copy {copy.File} could not be made ready: its -wal file stayed", "Run the command again.");
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        DiskSync.System.File(file);
        return cutShort;
    }

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

    /// <summary>The journal goes first and its -wal after it: never may that one stand beside another database.</summary>
    private static string? Swap(string folder, string ready, TimeProvider clock)
    {
        string path = Path.Combine(folder, JournalDatabase.FileName);
        string aside = FreeName(folder, clock);
        bool isThere = File.Exists(path);
        if (isThere)
            File.Move(path, aside);
        StableStorage.SyncFolder(folder);
        if (File.Exists(path + "-wal"))
            File.Move(path + "-wal", aside + "-wal");
        File.Delete(path + "-shm");
        StableStorage.SyncFolder(folder);
        File.Move(ready, path);
        StableStorage.SyncFolder(folder);
        return isThere ? aside : null;
    }

    private static string FreeName(string folder, TimeProvider clock)
    {
        string time = clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        string name = Path.Combine(folder, $"broken-{time}.db");
        for (int again = 2; File.Exists(name) || File.Exists(name + "-wal"); again++)
            name = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"broken-{time}-{again}.db"));
        return name;
    }

    private static void RemoveLeftovers(string folder)
    {
        foreach (string work in Directory.GetDirectories(folder, WorkPrefix + "*"))
            Directory.Delete(work, recursive: true);
    }
}

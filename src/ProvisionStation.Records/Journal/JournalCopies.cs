using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ProvisionStation.Records.Journal;

/// <summary>Whole copies of the journal, <c>copies/journal-YYYYMMDDTHHMMSSZ.db</c> in the data folder. A copy is no record: old ones are removed.</summary>
/// <param name="dataFolder">The station's.</param>
/// <param name="clock">What the names are made from.</param>
public sealed class JournalCopies(string dataFolder, TimeProvider clock)
{
    /// <summary>So many copies are kept, the newest ones.</summary>
    public const int Kept = 14;

    /// <summary>What journal and vault need beside a new copy, in bytes.</summary>
    private const long Reserve = 64L << 20;

    private const string FolderName = "copies";
    private const string Prefix = "journal-";
    private const string Ending = ".db";
    private const string TimeForm = "yyyyMMdd'T'HHmmss'Z'";

    private readonly string _folder = Path.GetFullPath(dataFolder);

    /// <summary>Free bytes on the disk of a folder; tests put a small disk in its place.</summary>
    internal Func<string, long> FreeBytes { get; set; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Waits for the disk; tests write down when.</summary>
    internal DiskSync Disk { get; set; } = DiskSync.System;

    private string Source => Path.Combine(_folder, JournalDatabase.FileName);

    /// <summary>The copies there are, oldest first. A file with another name is none.</summary>
    public IReadOnlyList<JournalCopy> List() => Files(_folder);

    /// <summary>What to do about a journal that is damaged.</summary>
    public static string BringBack => JournalDatabase.BringBack;

    /// <summary>Reads every page of the journal of a data folder, beside a running station.</summary>
    /// <exception cref="RecordsException">It is gone, or cannot be opened; damage is in the result.</exception>
    public static async Task<JournalLook> CheckAsync(string dataFolder, CancellationToken cancel)
    {
        string folder = Path.GetFullPath(dataFolder);
        await Task.Run(() => FormerJournal.RequireThere(folder), cancel);
        return await JournalFile.LookAsync(Path.Combine(folder, JournalDatabase.FileName), cancel);
    }

    /// <summary>Takes a copy beside a running station, checks it, and removes the oldest where there are more than <see cref="Kept"/>.</summary>
    /// <exception cref="RecordsException">The journal is damaged, the disk has no room, or what was written is not whole; no file is left then.</exception>
    public Task<JournalLook> TakeAsync(CancellationToken cancel) => Task.Run(() => Take(cancel), cancel);

    /// <summary>Takes a copy to a file that a person named; a file that is there is replaced.</summary>
    /// <exception cref="RecordsException">As above.</exception>
    public Task<JournalLook> TakeAsync(string file, CancellationToken cancel) => Task.Run(() => Take(Path.GetFullPath(file), cancel), cancel);

    /// <summary>The last closing record of the journal now; 0 where it has none or is not there.</summary>
    public Task<long> ClosedNowAsync(CancellationToken cancel) => Task.Run(() => File.Exists(Source) ? ReadHead(Source).Closed : 0, cancel);

    /// <summary>The last closing record of a copy; null where it cannot be read.</summary>
    public static Task<long?> ClosedInAsync(JournalCopy copy, CancellationToken cancel) => Task.Run<long?>(
        () =>
        {
            try
            {
                return ReadHead(copy.File).Closed;
            }
            catch (RecordsException)
            {
                return null; // then it is as good as none
            }
        },
        cancel);

    /// <summary>Takes one on the caller's thread.</summary>
    internal JournalLook Take(CancellationToken cancel)
    {
        string folder = Path.Combine(_folder, FolderName);
        Attempt(() => StableStorage.CreatePrivateFolder(folder), folder);
        RemoveLeftovers(folder);
        JournalLook look = Take(NewName(folder), cancel);
        Attempt(() => RemoveOldest(folder), folder);
        return look;
    }

    /// <summary>The copies in a data folder, oldest first.</summary>
    internal static IReadOnlyList<JournalCopy> Files(string dataFolder)
    {
        string folder = Path.Combine(dataFolder, FolderName);
        if (!Directory.Exists(folder))
            return [];
        return
        [
            .. Directory.EnumerateFiles(folder, Prefix + "*" + Ending).Select(Of).OfType<JournalCopy>()
                .OrderBy(copy => copy.TakenAt).ThenBy(copy => copy.File.Length).ThenBy(copy => copy.File, StringComparer.Ordinal),
        ];
    }

    private JournalLook Take(string file, CancellationToken cancel)
    {
        string folder = Path.GetDirectoryName(file)!;
        RequireRoom(folder);
        string temporary = Path.Combine(folder, $".{Path.GetFileName(file)}.{Path.GetRandomFileName()}{StableStorage.TemporaryEnding}");
        JournalLook look = null!;
        Attempt(
            () =>
            {
                try
                {
                    // Made before SQLite would, for its owner only, and held: whoever tidies up can tell it from a leftover.
                    using (FileStream held = StableStorage.CreatePrivate(temporary))
                    {
                        (long closed, string sha256) = Vacuum(temporary, cancel);
                        Disk.File(held);
                        StableStorage.DropCache(held.SafeFileHandle);
                        look = Checked(temporary, closed, sha256, cancel);
                    }

                    File.Move(temporary, file, overwrite: true);
                }
                catch
                {
                    File.Delete(temporary);
                    throw;
                }

                Disk.Folder(folder);
            },
            file);
        return look with { File = file };
    }

    /// <summary>Reads one state of the journal beside its writer.</summary>
    /// <returns>The last closing record before: the copy has that one or a later one.</returns>
    private (long Closed, string Sha256) Vacuum(string target, CancellationToken cancel)
    {
        try
        {
            using SqliteConnection connection = JournalDatabase.Connect(Source, SqliteOpenMode.ReadOnly);
            using CancellationTokenRegistration stop = JournalFile.InterruptedBy(connection, cancel);
            cancel.ThrowIfCancellationRequested();
            (long, string) head = JournalFile.Head(connection);
            connection.Execute("VACUUM INTO @target", new { target }, commandTimeout: 0);
            return head;
        }
        catch (SqliteException e) when (JournalFile.IsDamage(e))
        {
            throw JournalDatabase.Lost(e, Source)!;
        }
    }

    private JournalLook Checked(string copy, long closed, string sha256, CancellationToken cancel)
    {
        JournalLook look = JournalFile.Look(copy, cancel);
        if (look.IsWhole && look.Closed >= closed && HashAt(copy, closed) == sha256 && HashAt(Source, look.Closed) == look.LastSha256)
            return look;
        string found = look.Problems is [var first, ..] ? first : $"it ends with closing record {look.Closed}, the journal with {closed}";
        throw new RecordsException(
            "record-lost",
            $"a copy of the journal {Source} reads back differently from what was written: {found}",
            "Run 'journal check'; where it finds nothing, look at the disk of the copy.");
    }

    private static string HashAt(string file, long sequence)
    {
        using SqliteConnection connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
        return connection.QueryFirstOrDefault<string>("SELECT sha256 FROM run_closed WHERE sequence = @sequence", new { sequence }) ?? ClosingForm.NoPrevious;
    }

    private static (long Closed, string Sha256) ReadHead(string file)
    {
        try
        {
            using SqliteConnection connection = JournalDatabase.Connect(file, SqliteOpenMode.ReadOnly);
            return JournalFile.Head(connection);
        }
        catch (Exception e) when (JournalDatabase.Lost(e, file) is { } lost)
        {
            throw lost;
        }
    }

    private void RequireRoom(string folder)
    {
        FileInfo journal = new(Source), log = new(Source + "-wal");
        if (!journal.Exists)
            throw new RecordsException("record-lost", $"there is no journal in {_folder}", "Name the station's data folder with --data.") { IsWrongUse = true };
        long needed = journal.Length + (log.Exists ? log.Length : 0) + Reserve;
        long free = 0;
        Attempt(() => free = FreeBytes(folder), folder);
        if (free < needed)
        {
            throw new RecordsException(
                "record-lost",
                $"the disk of {folder} has {free >> 20} MiB free, a copy of the journal needs {needed >> 20} MiB",
                "Free space on that disk; 'journal backup --to FILE' takes a copy to another one.");
        }
    }

    private string NewName(string folder)
    {
        string time = clock.GetUtcNow().UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture);
        string file = Path.Combine(folder, $"{Prefix}{time}{Ending}");
        for (int again = 2; File.Exists(file); again++)
            file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{time}-{again}{Ending}"));
        return file;
    }

    private static JournalCopy? Of(string file)
    {
        string[] words = Path.GetFileName(file)[Prefix.Length..^Ending.Length].Split('-');
        bool isOurs = words.Length == 1 || (words.Length == 2 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out _));
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return isOurs && DateTimeOffset.TryParseExact(words[0], TimeForm, CultureInfo.InvariantCulture, utc, out DateTimeOffset at)
            ? new JournalCopy(file, at, new FileInfo(file).Length)
            : null;
    }

    private void RemoveOldest(string folder)
    {
        foreach (JournalCopy old in List().SkipLast(Kept))
            File.Delete(old.File);
        Disk.Folder(folder);
    }

    /// <summary>A temporary file that can be had alone belongs to nobody: a copy being taken is held.</summary>
    private static void RemoveLeftovers(string folder)
    {
        foreach (string path in Directory.GetFiles(folder, $".{Prefix}*{StableStorage.TemporaryEnding}"))
        {
            try
            {
                using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
                {
                }

                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // At work in another program, or not ours to remove: it costs space, no record.
            }
        }
    }

    private static void Attempt(Action work, string path)
    {
        try
        {
            work();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 9)
        {
            throw new OperationCanceledException(e.Message, e);
        }
        catch (IOException e) when (StableStorage.IsFull(e))
        {
            throw new RecordsException("record-lost", $"no copy of the journal could be written to {path}: its disk is full", "Free space on that disk.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RecordsException(
                "record-lost", $"no copy of the journal could be written to {path}: {e.Message}", "Check that the folder exists, its permissions and its disk.", e);
        }
        catch (Exception e) when (JournalDatabase.Lost(e, path) is { } lost)
        {
            throw lost;
        }
    }
}

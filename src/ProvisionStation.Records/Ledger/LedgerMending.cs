using System.Globalization;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Ledger;

/// <summary>Writes the ledger's file anew from a database whose own chain is whole. The old file is kept beside it, and the ledger says so.</summary>
public static class LedgerMending
{
    /// <summary>Writes the file anew, for a person who has looked at why file and journal did not agree: the file was lost, cut or changed, or an older
    /// journal was brought back.</summary>
    /// <exception cref="RecordsException">The journal's own facts are not whole, a station works in the folder, or nothing can be written.</exception>
    public static async Task<MendedLedger> MendAsync(string dataFolder, string operatorName, string reason, TimeProvider clock, CancellationToken cancel)
    {
        await using JournalDatabase database = await Task.Run(() => JournalDatabase.OpenForWriting(dataFolder, clock), cancel);
        using StationLedger ledger = new(database, clock);
        DateTimeOffset now = clock.GetUtcNow();
        (LineEnd end, string? aside, LedgerFact fact) = await database.ReadAsync(
            connection =>
            {
                ledger.Station = Guid.Parse(connection.QueryFirstOrDefault<string>("SELECT id FROM station") ?? throw new RecordsException(
                    "record-lost", $"the journal in {dataFolder} belongs to no station", "Start the station once on this data folder."));
                (LineEnd End, string? Aside, LedgerFact Fact) mended = Rewrite(connection, ledger.File, operatorName, reason, now, cancel);
                ledger.Continue(mended.End, LedgerRows.Load(connection, mended.End.Lines));
                return mended;
            },
            cancel);
        RecordedFact recorded = await ledger.WriteAsync((_, record) => record(fact), CancellationToken.None);
        return new MendedLedger(end.Lines, aside, long.Parse(fact["asideFacts"]!, CultureInfo.InvariantCulture), recorded);
    }

    /// <summary>Puts a new file in place of the old one. After a crash in the middle the old one is there, or none: it can be done again.</summary>
    /// <exception cref="RecordsException">The database's own facts were changed, or nothing can be written.</exception>
    private static (LineEnd End, string? Aside, LedgerFact Fact) Rewrite(
        SqliteConnection connection, LedgerFile file, string operatorName, string reason, DateTimeOffset now, CancellationToken cancel)
    {
        (long facts, string head, _, string? broken) = LedgerCheck.Walk(connection, cancel);
        if (broken is not null)
        {
            throw new RecordsException(
                "record-lost", $"the journal's own facts are not whole: {broken}; facts 1 to {facts} are good, up to hash {head}", JournalDatabase.BringBack);
        }

        LedgerStart.RequireClosings(connection, file);
        FormerLedger old = FormerLedger.Of(file, connection, cancel);
        string? aside = old.Sha256 is null ? null : FormerLedger.FreeName(Path.GetDirectoryName(file.Path)!, now);
        long bytes = Replace(connection, file, aside, cancel);
        LedgerFact fact = new(FactKinds.LedgerMended, aside is null ? "no file" : Path.GetFileName(aside), new Dictionary<string, string?>(old.Body())
        {
            ["operator"] = operatorName,
            ["reason"] = reason,
            ["facts"] = facts.ToString(CultureInfo.InvariantCulture),
        });
        return (new LineEnd(facts, bytes, head), aside, fact);
    }

    private static long Replace(SqliteConnection connection, LedgerFile file, string? aside, CancellationToken cancel)
    {
        string folder = Path.GetDirectoryName(file.Path)!;
        string temporary = Path.Combine(folder, $".{LedgerFile.FileName}.{Path.GetRandomFileName()}{StableStorage.TemporaryEnding}");
        try
        {
            long bytes = Write(connection, temporary, file.Disk, cancel);
            if (aside is not null)
                File.Move(file.Path, aside);
            File.Move(temporary, file.Path);
            file.Disk.Folder(folder);
            return bytes;
        }
        catch (Exception e)
        {
            File.Delete(temporary);
            if (e is not (IOException or UnauthorizedAccessException))
                throw;
            throw new RecordsException(
                "record-lost", $"the ledger {file.Path} cannot be written anew: {e.Message}", "Free space on the station's disk and look at its rights, then try again.", e);
        }
    }

    /// <summary>Writes every fact of a database to a file that is not there yet, and syncs it.</summary>
    /// <returns>Its bytes.</returns>
    internal static long Write(SqliteConnection connection, string path, DiskSync disk, CancellationToken cancel)
    {
        long bytes = 0;
        using FileStream stream = StableStorage.CreatePrivate(path);
        using BufferedStream buffered = new(stream, 1 << 20);
        foreach (string text in connection.Query<string>("SELECT text FROM ledger ORDER BY sequence", buffered: false))
        {
            cancel.ThrowIfCancellationRequested();
            byte[] line = Encoding.UTF8.GetBytes(text + "\n");
            buffered.Write(line);
            bytes += line.Length;
        }

        buffered.Flush();
        disk.File(stream);
        return bytes;
    }
}

using Dapper;
using Microsoft.Data.Sqlite;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Ledger;

/// <summary>Whether the ledger's file and the database tell the same, asked at start and by <c>ledger verify</c>.</summary>
/// <remarks>The file is made before the first fact, and a fact is committed to the database first: after a crash the file may be a few facts behind, but it is
/// never ahead and never missing.</remarks>
internal static class LedgerStart
{
    /// <summary>Facts that the file may be behind after a crash or a full disk: those of the transactions that every slot still closes with.</summary>
    public const int MostBehind = 256;

    /// <summary>Walks the file and compares it with the database.</summary>
    /// <param name="connection">Reads one state of the database.</param>
    /// <param name="file">The file.</param>
    /// <param name="length">How much of it to walk: what it held before that state of the database was taken.</param>
    /// <param name="cancel">Ends the walk.</param>
    /// <returns>Where the file's good facts end, and the facts of the database behind that.</returns>
    /// <exception cref="RecordsException">They differ, or the file is further behind: the place, and what is known to be good.</exception>
    public static (LineEnd End, IReadOnlyList<RecordedFact> Behind) Agree(SqliteConnection connection, LedgerFile file, long length, CancellationToken cancel)
    {
        (long last, _) = LedgerRows.Head(connection);
        if (last > 0 && !File.Exists(file.Path))
            throw Stop(file, LineEnd.Start, $"the file is not there, the database has {last} facts", Anew);
        using Stream stream = file.OpenForReading();
        (LineEnd end, string? broken, _) = LineWalk.Walk(stream, length, null, cancel);
        bool isOther = broken is not null || (end.Lines > 0 && end.Lines <= last && Sha256At(connection, end.Lines) != end.Sha256);
        // The chain alone sees a change one line later.
        LineEnd good = isOther ? AsInDatabase(connection, file, length, cancel) : end;
        IReadOnlyList<RecordedFact> behind = last - good.Lines is >= 0 and <= MostBehind ? [.. LedgerRows.After(connection, good.Lines)] : [];
        bool isTorn = IsTorn(stream, good, length, behind);
        if (isOther)
            return isTorn ? (good, behind) : throw Broken(connection, file, end, broken ?? "it is not the fact that the database has", cancel);
        if (end.Lines > last)
            throw Stop(
                file, end,
                $"the database ends with fact {last}, the file goes on to fact {end.Lines}: the database was cut, or is an older copy",
                "Bring the newer database back; where there is none, 'ledger mend' goes on from this one and records what is lost.");
        if (last - end.Lines > MostBehind)
            throw Stop(
                file, end,
                $"the file ends behind fact {end.Lines} (byte {end.Bytes}), the database goes on to fact {last}: the file's tail was cut, or it is an older copy",
                Anew);
        if (!isTorn)
            throw Stop(file, end, $"line {end.Lines + 1} (byte {end.Bytes}) has no end and is no part of the fact that the database has", Mend);
        return (end, behind);
    }

    /// <summary>The closing records must end where the ledger says.</summary>
    /// <exception cref="RecordsException">One of them goes on after the other.</exception>
    public static void RequireClosings(SqliteConnection connection, LedgerFile file)
    {
        (long sequence, string run, string sha256)? closed = connection.QueryFirstOrDefault<(long, string, string)?>(
            "SELECT sequence, run, sha256 FROM run_closed ORDER BY sequence DESC LIMIT 1");
        RecordedFact? told = LedgerRows.Last(connection, FactKinds.RunClosed, FactKinds.LedgerBegan);
        (string number, string hash) = told is null ? ("0", ClosingForm.NoPrevious) : (told.Fact["closing"] ?? "", told.Fact["sha256"] ?? "");
        (string number, string hash) found = closed is { } row ? ($"{row.sequence}", row.sha256) : ("0", ClosingForm.NoPrevious);
        if ((number, hash) == found)
            return;
        throw new RecordsException(
            "record-lost",
            $"the journal in {Path.GetDirectoryName(file.Path)} was changed or is damaged: its last closing record is {found.number} ({found.hash}), "
            + $"the ledger's last one is {number} ({hash}), fact {told?.Sequence ?? 0}",
            JournalDatabase.BringBack);
    }

    /// <summary>Whether behind the last good fact there is only what an append left that never came to its end: of each 512 bytes of the file the disk has
    /// the facts that the database has, or zeros still. A hole may take line ends with it.</summary>
    private static bool IsTorn(Stream stream, LineEnd end, long length, IReadOnlyList<RecordedFact> behind)
    {
        byte[] expected = System.Text.Encoding.UTF8.GetBytes(string.Concat(behind.Select(fact => fact.Text + "\n")));
        byte[] piece = new byte[DiskPiece];
        stream.Position = end.Bytes;
        for (long at = end.Bytes; at < length;)
        {
            Span<byte> found = piece.AsSpan(0, (int)Math.Min(DiskPiece - (at % DiskPiece), length - at));
            int read = stream.ReadAtLeast(found, found.Length, throwOnEndOfStream: false);
            if (read == 0)
                break;
            found = found[..read];
            int from = (int)Math.Min(at - end.Bytes, expected.Length);
            if (found.ContainsAnyExcept((byte)0) && !expected.AsSpan(from).StartsWith(found))
                return false;
            at += read;
        }

        return true;
    }

    /// <summary>What a disk writes whole or not at all, in bytes.</summary>
    private const int DiskPiece = 512;

    private const string Anew = "Bring the whole file back from a copy; where there is none, 'ledger mend' writes it anew from the database, and records that.";

    private const string Mend =
        "Keep the data folder as it is and find out who changed it; then bring it back from a copy, or let 'ledger mend' write the file anew from the database, which records that.";

    /// <summary>The first line that is not what the database has names the place; the chain alone sees it one line later.</summary>
    private static RecordsException Broken(SqliteConnection connection, LedgerFile file, LineEnd chain, string broken, CancellationToken cancel)
    {
        (long sequence, string why) = (chain.Lines + 1, broken);
        LineEnd good = AsInDatabase(connection, file, long.MaxValue, cancel);
        if (good.Lines < chain.Lines)
            (sequence, why) = (good.Lines + 1, "it is not the fact that the database has");
        else
            good = chain;
        if (sequence == 1 && Foreign(connection, file) is { } foreign)
            why = foreign;
        return Stop(file, good, $"line {sequence} (fact {sequence}, byte {good.Bytes}) was changed: {why}", Mend);
    }

    /// <summary>Where the lines end that are the facts of the database.</summary>
    private static LineEnd AsInDatabase(SqliteConnection connection, LedgerFile file, long length, CancellationToken cancel)
    {
        using Stream stream = file.OpenForReading();
        using IEnumerator<string> rows = connection.Query<string>("SELECT sha256 FROM ledger ORDER BY sequence", buffered: false).GetEnumerator();
        return LineWalk.Walk(stream, length, (_, hash) => rows.MoveNext() && Convert.ToHexStringLower(hash) == rows.Current, cancel).Good;
    }

    /// <summary>The first line names its station.</summary>
    private static string? Foreign(SqliteConnection connection, LedgerFile file)
    {
        using StreamReader lines = new(file.OpenForReading());
        try
        {
            string? ours = connection.QueryFirstOrDefault<string>("SELECT id FROM station");
            string theirs = FactForm.Parse(lines.ReadLine() ?? "").Station.ToString();
            return theirs == ours ? null : $"it is a fact of station {theirs}, this is station {ours}";
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Sha256At(SqliteConnection connection, long sequence) =>
        connection.QueryFirstOrDefault<string>("SELECT sha256 FROM ledger WHERE sequence = @sequence", new { sequence });

    private static RecordsException Stop(LedgerFile file, LineEnd good, string what, string remedy)
    {
        string known = good.Lines == 0 ? "no fact is known to be good" : $"facts 1 to {good.Lines} are good, up to hash {good.Sha256}";
        return new RecordsException("record-lost", $"the ledger {file.Path} and its journal do not agree: {what}; {known}", remedy);
    }
}

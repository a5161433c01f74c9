using System.Buffers.Binary;

namespace ProvisionStation.Records.Journal;

/// <summary>A data folder that has lost its journal must not begin a new one: SQLite would make an empty database without a word, and would skip
/// a -wal file that it cannot read, with the last records in it.</summary>
internal static class FormerJournal
{
    private const int LogHeaderBytes = 32;

    /// <summary>SQLite takes a file that is shorter than its smallest page for an empty one, and begins anew.</summary>
    private const int SmallestDatabaseBytes = 512;

    // Source: https://www.sqlite.org/fileformat2.html#walformat
    private const uint LogMagic = 0x377F0682;

    /// <summary>Looks at names and headers only.</summary>
    /// <exception cref="RecordsException">The journal is gone or empty although the folder was used; or its -wal file is damaged.</exception>
    public static void RequireThere(string folder)
    {
        string path = Path.Combine(folder, JournalDatabase.FileName);
        bool isThere = new FileInfo(path) is { Exists: true, Length: > 0 };
        if (!isThere && Trace(folder) is { } trace)
        {
            throw new RecordsException(
                "record-lost",
                $"the journal {path} is {(File.Exists(path) ? "empty" : "gone")}, but {trace} is there: this folder has held records",
                JournalDatabase.BringBack);
        }

        if (isThere && new FileInfo(path).Length < SmallestDatabaseBytes && !File.Exists(path + "-journal"))
        {
            throw new RecordsException(
                "record-lost", $"the journal {path} is damaged: it is cut off within its first page", JournalDatabase.BringBack);
        }

        if (isThere && !HasLog(path) && new FileInfo(path).Length % PageBytes(path) != 0)
        {
            throw new RecordsException(
                "record-lost", $"the journal {path} is damaged: it is cut off within its last page", JournalDatabase.BringBack);
        }

        if (isThere && IsDamaged(path + "-wal"))
        {
            throw new RecordsException(
                "record-lost",
                $"{path}-wal is damaged at its beginning: the last records are in it, and SQLite would leave them out without a word",
                JournalDatabase.BringBack);
        }
    }

    /// <summary>What only a station that had a journal leaves behind.</summary>
    private static string? Trace(string folder)
    {
        if (!Directory.Exists(folder))
            return null;
        string[] names = ["ledger.jsonl", JournalDatabase.FileName + "-wal"];
        string? file = names.FirstOrDefault(name => new FileInfo(Path.Combine(folder, name)) is { Exists: true, Length: > 0 });
        if (file is not null)
            return file;
        if (HasFile(Path.Combine(folder, "vault")))
            return "its vault";
        if (JournalCopies.Files(folder).Count > 0)
            return "a copy of it";
        return Directory.EnumerateFiles(folder, "broken-*.db").Concat(Directory.EnumerateFiles(folder, "ledger-*.jsonl")).Select(Path.GetFileName).FirstOrDefault();
    }

    private static bool HasFile(string folder) => Directory.Exists(folder)
        && Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Any(file => !file.EndsWith(StableStorage.TemporaryEnding, StringComparison.Ordinal));

    /// <summary>With records in a -wal file the last page may be half written: SQLite takes it from there.</summary>
    private static bool HasLog(string path) => new FileInfo(path + "-wal") is { Exists: true, Length: > LogHeaderBytes };

    /// <summary>Size of a page in bytes, out of the header; 1 where that is damaged, which SQLite then says.</summary>
    private static int PageBytes(string path)
    {
        // Source: https://www.sqlite.org/fileformat2.html#page_size: two bytes at 16, and 1 stands for 65536.
        Span<byte> header = stackalloc byte[18];
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.ReadExactly(header);
        int size = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        return Math.Max(1, size == 1 ? 65536 : size);
    }

    /// <summary>SQLite syncs the header before the first record behind it: records behind a header that is none were committed once.</summary>
    private static bool IsDamaged(string log)
    {
        if (new FileInfo(log) is not { Exists: true, Length: > LogHeaderBytes })
            return false;
        Span<byte> start = stackalloc byte[LogHeaderBytes * 2];
        using (FileStream stream = new(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return start.Length > LogHeaderBytes && !IsLogHeader(start[..LogHeaderBytes]) && start[LogHeaderBytes..].ContainsAnyExcept((byte)0);
    }

    /// <summary>Magic number and checksum, as the file format says.</summary>
    private static bool IsLogHeader(ReadOnlySpan<byte> header)
    {
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic is not (LogMagic or LogMagic + 1))
            return false;
        (uint first, uint second) = (0, 0);
        for (int i = 0; i < LogHeaderBytes - 8; i += 8)
        {
            first += Word(header[i..], magic) + second;
            second += Word(header[(i + 4)..], magic) + first;
        }

        return first == BinaryPrimitives.ReadUInt32BigEndian(header[24..]) && second == BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
    }

    private static uint Word(ReadOnlySpan<byte> bytes, uint magic) =>
        magic == LogMagic ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}

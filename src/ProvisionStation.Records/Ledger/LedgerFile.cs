using System.Text;

namespace ProvisionStation.Records.Ledger;

/// <summary>The copy of the ledger that survives a lost database: one fact a line, as it is hashed. Appended, synced, read back.</summary>
/// <remarks>One writer, under the turn and the lock of the journal.</remarks>
internal sealed class LedgerFile : IDisposable
{
    /// <summary>Its name in the data folder.</summary>
    public const string FileName = "ledger.jsonl";

    private FileStream? _stream;

    public LedgerFile(string folder) => Path = System.IO.Path.Combine(folder, FileName);

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Where the last fact ends that is in it for good.</summary>
    public LineEnd End { get; private set; } = LineEnd.Start;

    /// <summary>Syncs; a seam for tests.</summary>
    internal DiskSync Disk { get; set; } = DiskSync.System;

    /// <summary>Bytes in it now; 0 where it is not there.</summary>
    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>Opens it for reading beside its writer; empty where it is not there.</summary>
    public Stream OpenForReading() => File.Exists(Path)
        ? new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan)
        : new MemoryStream([], writable: false);

    /// <summary>Opens or makes it for appending.</summary>
    /// <param name="end">Where its good facts end; what is behind that was never whole and is cut off at the next append.</param>
    public void OpenForAppending(LineEnd end)
    {
        if (!File.Exists(Path))
            StableStorage.CreatePrivate(Path).Dispose();
        _stream?.Dispose();
        _stream = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        // Before the first fact its name is on the disk, also where a start was killed that had only just made it.
        if (end.Lines == 0)
            Disk.Folder(System.IO.Path.GetDirectoryName(Path)!);
        End = end;
    }

    /// <summary>Appends facts; they are on the disk, and were read from it, when this returns.</summary>
    /// <exception cref="RecordsException">They are not; the file holds no part of them that a later append would keep.</exception>
    public void Append(IReadOnlyList<RecordedFact> facts)
    {
        if (facts.Count == 0)
            return;
        FileStream stream = _stream ?? throw new InvalidOperationException("the ledger is open for reading only");
        if (facts[0].Sequence != End.Lines + 1)
            throw new InvalidOperationException($"fact {facts[0].Sequence} does not follow line {End.Lines}");
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(facts.Select(fact => fact.Text + "\n")));
        try
        {
            if (stream.Length != End.Bytes)
                stream.SetLength(End.Bytes);
            RandomAccess.Write(stream.SafeFileHandle, lines, End.Bytes);
            Disk.File(stream);
            RequireReadBack(stream, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Lost(e);
        }

        End = new LineEnd(facts[^1].Sequence, End.Bytes + lines.Length, facts[^1].Sha256);
    }

    /// <inheritdoc />
    public void Dispose() => _stream?.Dispose();

    private void RequireReadBack(FileStream stream, byte[] lines)
    {
        StableStorage.DropCache(stream.SafeFileHandle);
        byte[] found = new byte[lines.Length];
        if (RandomAccess.Read(stream.SafeFileHandle, found, End.Bytes) != lines.Length || !found.AsSpan().SequenceEqual(lines))
            throw new IOException("what was appended reads back differently from what was written");
    }

    private RecordsException Lost(Exception e) => new(
        "record-lost",
        $"the ledger {Path} took no fact: {e.Message}",
        e is IOException io && StableStorage.IsFull(io)
            ? "Free space on the station's disk, then start again: the journal has the fact, the start appends it."
            : "Look at the station's disk, then start again: the journal has the fact, the start appends it.",
        e);
}

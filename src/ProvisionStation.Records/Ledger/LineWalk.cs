using System.Buffers.Text;
using System.Security.Cryptography;

namespace ProvisionStation.Records.Ledger;

/// <summary>Walks the chain of the ledger's file as a stream of bytes: no line is parsed, each is hashed once.</summary>
internal static class LineWalk
{
    /// <summary>A fact has a kind, a subject and fields that were cut at 16 Ki letters, each at most six bytes; this is far more.</summary>
    private const int LongestLine = 4 << 20;

    private const int FirstBuffer = 1 << 20;

    /// <summary>Walks from the first line to the end, or to the first break.</summary>
    /// <param name="stream">Stands at the beginning.</param>
    /// <param name="length">Bytes to walk; 0 and up.</param>
    /// <param name="each">Told each whole line that follows the one before: its number and hash. False ends the walk before it.</param>
    /// <param name="cancel">Ends the walk.</param>
    /// <returns>The end of the last good line, the break in words, and the bytes behind the last line end where there is no break.</returns>
    public static (LineEnd Good, string? Break, byte[] Tail) Walk(
        Stream stream, long length, Func<long, ReadOnlySpan<byte>, bool>? each, CancellationToken cancel)
    {
        Span<byte> previous = stackalloc byte[SHA256.HashSizeInBytes * 2];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        System.Text.Encoding.ASCII.GetBytes(FactForm.NoPrevious, previous);
        (long lines, long bytes, long left) = (0, 0, length);
        byte[] buffer = new byte[FirstBuffer];
        int filled = 0;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (filled == buffer.Length)
            {
                if (buffer.Length >= LongestLine)
                    return (End(previous), $"no line ends within {LongestLine >> 20} MiB", []);
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            int read = stream.Read(buffer, filled, (int)Math.Min(left, buffer.Length - filled));
            if (read == 0)
                return (End(previous), null, buffer[..filled]);
            left -= read;
            filled += read;
            ReadOnlySpan<byte> rest = buffer.AsSpan(0, filled);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                ReadOnlySpan<byte> line = rest[..end];
                if (Problem(line, lines + 1, previous) is { } problem)
                    return (End(previous), problem, []);
                SHA256.HashData(line, hash);
                if (each is not null && !each(lines + 1, hash))
                    return (End(previous), null, []);
                Convert.TryToHexStringLower(hash, previous, out _);
                lines++;
                bytes += end + 1;
            }

            rest.CopyTo(buffer);
            filled = rest.Length;
        }

        LineEnd End(ReadOnlySpan<byte> last) => new(lines, bytes, System.Text.Encoding.ASCII.GetString(last));
    }

    /// <summary>What keeps a line from being the next one: it must name the hash of the line before, and its own number.</summary>
    /// <remarks>Keys are sorted and quotes in texts are escaped, so behind the last <c>"previous":</c> of a line stand hash, number, station, subject.</remarks>
    private static string? Problem(ReadOnlySpan<byte> line, long number, ReadOnlySpan<byte> previous)
    {
        ReadOnlySpan<byte> key = ",\"previous\":\""u8, next = "\",\"sequence\":"u8;
        int at = line.LastIndexOf(key);
        ReadOnlySpan<byte> tail = at < 0 ? [] : line[(at + key.Length)..];
        if (!line.StartsWith("{\"at\":\""u8) || tail.Length < previous.Length + next.Length || !tail[previous.Length..].StartsWith(next))
            return "it is not the line of a fact";
        if (!tail[..previous.Length].SequenceEqual(previous))
            return number == 1
                ? "it is not the first fact of a ledger"
                : "it does not follow the line before: either that one was changed, or lines are missing or were moved";
        ReadOnlySpan<byte> digits = tail[(previous.Length + next.Length)..];
        if (!Utf8Parser.TryParse(digits, out long sequence, out int used) || used >= digits.Length || digits[used] != (byte)',' || line[^1] != (byte)'}')
            return "it is not the line of a fact";
        return sequence == number ? null : $"it is numbered {sequence}";
    }
}

using System.Text;
using System.Text.RegularExpressions;

namespace ProvisionStation.Beken.Obk;

/// <summary>Finds each event of a stream once, however it is cut into pieces. Holds little: the end of what came, as long as the
/// longest event.</summary>
internal sealed class BootLogWindow
{
    private const int PieceBytes = 4096;
    private string held = "";

    /// <summary>Takes bytes and hands on every event that they complete, in order.</summary>
    /// <param name="bytes">As they came.</param>
    /// <param name="found">Takes an event; null is the start-up delay, the one direct print that is an event too.</param>
    public void Add(ReadOnlySpan<byte> bytes, Action<Match?> found)
    {
        for (; bytes.Length > 0; bytes = bytes[Math.Min(PieceBytes, bytes.Length)..])
            AddPiece(bytes[..Math.Min(PieceBytes, bytes.Length)], found);
    }

    private void AddPiece(ReadOnlySpan<byte> bytes, Action<Match?> found)
    {
        (string text, Queue<int> delays) = WithoutInserts(held + Encoding.Latin1.GetString(bytes));
        int done = 0;
        for (Match match = BootLogPatterns.Event().Match(text); match.Success; match = match.NextMatch())
        {
            for (; delays.TryPeek(out int at) && at <= match.Index; delays.Dequeue())
                found(null);
            found(match);
            done = match.Index + match.Length;
        }

        foreach (int _ in delays)
            found(null);
        held = text[Math.Max(done, text.Length - BootLogPatterns.LongestMatch)..];
    }

    /// <summary>Known direct prints land inside other lines and would hide them: they are taken out, with their places
    /// remembered.</summary>
    private static (string Text, Queue<int> Places) WithoutInserts(string text)
    {
        var places = new Queue<int>();
        int removed = 0;
        string rest = BootLogPatterns.Insert().Replace(text, insert =>
        {
            places.Enqueue(insert.Index - removed);
            removed += insert.Length;
            return "";
        });
        return (rest, places);
    }
}

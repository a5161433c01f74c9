namespace ProvisionStation.Live;

/// <summary>Plain columns on stdout: the same bytes on a terminal and in a file.</summary>
internal static class Columns
{
    /// <summary>Writes a header and rows; a null cell is written as <c>-</c>.</summary>
    public static void Write(TextWriter output, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string?>> rows)
    {
        List<string[]> lines = [[.. header], .. rows.Select(row => row.Select(Cell).ToArray())];
        int[] widths = [.. header.Select((_, column) => lines.Max(line => line[column].Length))];
        foreach (string[] line in lines)
            output.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static string Cell(string? text) => string.IsNullOrEmpty(text) ? "-" : Printable.Of(text);
}

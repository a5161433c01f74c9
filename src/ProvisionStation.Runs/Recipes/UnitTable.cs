using System.Security.Cryptography;
using System.Text;
using ProvisionStation.Bench;

namespace ProvisionStation.Runs.Recipes;

/// <summary>Values for single units, one row a MAC, from a CSV file.</summary>
/// <param name="File">Full path.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hex.</param>
/// <param name="Rows">By MAC, twelve upper-case hex digits.</param>
public sealed record UnitTable(string File, string Sha256, IReadOnlyDictionary<string, UnitRow> Rows)
{
    private const int MostBytes = 1 << 20;
    private const int MostRows = 10_000;
    private const int MostCellLength = 1567;
    private static readonly string[] Columns = ["mac", "short", "long", "mqtt_client", "startup"];

    /// <summary>Reads a file: a header of column names in any order, <c>mac</c> among them, then a row a unit. Cells may stand in double quotes.</summary>
    /// <exception cref="ConfigurationException">With file, line, column and what is allowed.</exception>
    public static UnitTable Load(string path)
    {
        byte[] bytes = Read(path);
        return new UnitTable(Path.GetFullPath(path), Convert.ToHexStringLower(SHA256.HashData(bytes)), Parse(Decode(bytes, path), path));
    }

    /// <summary>The text of a file, which must be UTF-8.</summary>
    internal static string Decode(byte[] bytes, string file)
    {
        const string remedy = "Save it as 'CSV UTF-8'.";
        if (bytes.AsSpan().Contains((byte)0))
            throw new ConfigurationException(file, null, null, "is not UTF-8: it holds zero bytes, as 'Unicode text' (UTF-16) does", remedy);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            int line = bytes.AsSpan(0, e.Index).Count((byte)'\n') + 1;
            throw new ConfigurationException(file, line, null, "holds a letter that is not UTF-8: it was saved in another encoding, such as Windows-1252", remedy);
        }
    }

    /// <summary>Reads the same from text.</summary>
    internal static IReadOnlyDictionary<string, UnitRow> Parse(string text, string file)
    {
        string[] lines = text.Split('\n');
        if (!lines[0].Contains(',', StringComparison.Ordinal) && lines[0].AsSpan().IndexOfAny(';', '\t') is >= 0 and var other)
            throw Error(file, 1, null, $"its columns are apart by {(lines[0][other] == ';' ? "semicolons" : "tabs")}", $"Save it with commas between the columns: {string.Join(',', Columns)}");
        string[] header = Cells(lines[0].TrimEnd('\r'), file, 1);
        if (header.FirstOrDefault(name => !Columns.Contains(name)) is { } unknown)
            throw Error(file, 1, null, $"there is no column '{Shown(unknown)}'", $"Columns are {string.Join(", ", Columns)}, apart by commas.");
        if (!header.Contains("mac") || header.Distinct().Count() != header.Length)
            throw Error(file, 1, null, "the header needs 'mac', and every column once", $"For example: {string.Join(',', Columns)}");
        Dictionary<string, UnitRow> rows = [];
        for (int at = 1; at < lines.Length; at++)
        {
            string line = lines[at].TrimEnd('\r');
            if (line.Length == 0)
                continue;
            UnitRow row = Row(header, Cells(line, file, at + 1), file, at + 1);
            if (!rows.TryAdd(row.Mac, row))
                throw Error(file, at + 1, "mac", $"{row.Mac} already stands in line {rows[row.Mac].Line}", "One row for each unit.");
            if (rows.Count > MostRows)
                throw Error(file, at + 1, null, $"there are more than {MostRows} rows", "Split the lot.");
        }

        return rows.Count > 0
            ? rows
            : throw Error(file, 1, null, "the table holds a header and no unit", "One row for each unit, or leave 'units:' out of the recipe.");
    }

    private static UnitRow Row(string[] header, string[] cells, string file, int line)
    {
        if (cells.Length != header.Length)
            throw Error(file, line, null, $"has {cells.Length} cells, the header has {header.Length}", "Put a cell that holds a comma into double quotes.");
        string mac = Cell("mac")?.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant() ?? "";
        return mac.Length == 12 && mac.All(char.IsAsciiHexDigit)
            ? new UnitRow(mac, Cell("short"), Cell("long"), Cell("mqtt_client"), Cell("startup"), line)
            : throw Error(file, line, "mac", $"'{Shown(Cell("mac") ?? "")}' is no MAC", "Twelve hex digits, with or without colons; tell your spreadsheet that the column is text.");

        string? Cell(string name) => Array.IndexOf(header, name) is >= 0 and var at && cells[at].Length > 0 ? cells[at] : null;
    }

    private static string[] Cells(string line, string file, int number)
    {
        List<string> cells = [];
        for (int at = 0; at <= line.Length;)
        {
            string cell = at < line.Length && line[at] == '"' ? Quoted(line, ref at, file, number) : Plain(line, ref at, file, number);
            if (cell.Length > MostCellLength || cell.Any(char.IsControl))
                throw Error(file, number, null, "a cell is too long or holds a control character", $"One line of at most {MostCellLength} characters.");
            // A spreadsheet would run these; none of our values begins so.
            if (cell is ['=' or '+' or '-' or '@', ..])
                throw Error(file, number, null, $"the cell '{Shown(cell)}' begins like a formula", "Names, topics and commands begin with a letter or a digit.");
            cells.Add(cell);
            at++;
        }

        return [.. cells];
    }

    private static string Plain(string line, ref int at, string file, int number)
    {
        int end = line.IndexOf(',', at);
        string cell = line[at..(end < 0 ? line.Length : end)];
        at += cell.Length;
        return cell.Contains('"', StringComparison.Ordinal)
            ? throw Error(file, number, null, "a double quote stands inside a cell without quotes", "Put the whole cell into double quotes, and write \"\" for one of its own.")
            : cell.Trim();
    }

    private static string Quoted(string line, ref int at, string file, int number)
    {
        StringBuilder cell = new();
        for (at++; at < line.Length; at++)
        {
            if (line[at] != '"')
                cell.Append(line[at]);
            else if (at + 1 < line.Length && line[at + 1] == '"')
                cell.Append(line[at++]);
            else if (++at == line.Length || line[at] == ',')
                return cell.ToString();
            else
                break;
        }

        throw Error(file, number, null, "a cell in double quotes does not end where it should", "Close the quotes on the same line, right before the comma; write \"\" for a quote in the cell.");
    }

    private static byte[] Read(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists && file.Length is 0 or > MostBytes
                ? throw new ConfigurationException(path, null, null, $"has {file.Length} bytes", "Give a table with its columns and rows, of at most 1 MiB; split the lot where it is larger.")
                : System.IO.File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(path, null, null, $"cannot be read: {e.Message}", "Check 'units.file' in the recipe; a relative path is relative to the recipe.");
        }
    }

    private static string Shown(string text)
    {
        string one = new([.. text.Select(letter => char.IsControl(letter) ? '?' : letter)]);
        return one.Length <= 40 ? one : one[..40] + "…";
    }

    private static ConfigurationException Error(string file, int line, string? column, string problem, string remedy) => new(file, line, column, problem, remedy);
}

using System.Reflection;
using System.Text;

namespace ProvisionStation.Beken.Obk;

/// <summary>Reads the tables that are built into the library; they are ours, so a wrong one is a bug and not a finding.</summary>
internal static class ObkTable
{
    /// <summary>All rows of an embedded table behind its heading, as cells.</summary>
    internal static List<string[]> Rows(string fileName, string folder = "Obk")
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{folder}/{fileName}")
            ?? throw new InvalidOperationException($"the table {fileName} is not built in");
        using StreamReader reader = new(stream, Encoding.UTF8);
        List<string[]> rows = [];
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
                rows.Add(Cells(line));
        }
        return rows;
    }

    private static string[] Cells(string line)
    {
        List<string> cells = [];
        StringBuilder cell = new();
        bool quoted = false;
        foreach (char letter in line)
        {
            if (letter == '"')
                quoted = !quoted;
            else if (letter == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
                cell.Append(letter);
        }
        cells.Add(cell.ToString());
        return [.. cells];
    }
}

using System.CommandLine;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Commands;

/// <summary><c>export</c>: the reports of a lot.</summary>
internal static class ExportCommand
{
    private const string Csv = "csv";
    private const string JsonFormat = "json";

    public static Command Make()
    {
        Option<string> lot = SharedOptions.NewLot();
        lot.Description = "The lot.";
        Option<string> format = new("--format")
        {
            Description = "csv, json or both, with a comma between.",
            HelpName = "csv,json",
            DefaultValueFactory = _ => $"{Csv},{JsonFormat}",
        };
        format.Validators.Add(result =>
        {
            if (Formats(result.GetValueOrDefault<string>()).FirstOrDefault(name => name is not (Csv or JsonFormat)) is { } unknown)
                result.AddError($"there is no format '{unknown}': csv and json are allowed");
        });
        Option<string?> folder = new("--out")
        {
            Description = "Folder to write to. Default: exports/LOT in the data folder.",
            HelpName = "DIR",
        };
        Option<string> data = SharedOptions.Data();
        Command command = new StationCommand(
            "export", "Write the reports of a lot as CSV and JSON.", "export --lot L1 --format csv,json --out reports")
        {
            lot, format, folder, data,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            string name = parsed.GetValue(lot)!, from = parsed.GetValue(data)!;
            IReadOnlyList<string> files = await WriteAsync(
                name, Formats(parsed.GetValue(format)), parsed.GetValue(folder) ?? DefaultFolder(from, name), from, cancel);
            foreach (string file in files)
                Console.WriteLine(file);
            return (int)ExitCode.Passed;
        });
        return command;
    }

    /// <summary>Where the reports of a lot go when nobody says.</summary>
    public static string DefaultFolder(string data, string lot) => Path.Combine(data, "exports", lot);

    /// <summary>Writes the reports.</summary>
    /// <returns>The files written.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(
        string lot, IReadOnlyList<string> formats, string folder, string data, CancellationToken cancel)
    {
        await using RunJournal journal = await DataFolder.OpenJournalAsync(data, cancel);
        await DataFolder.RequireLotAsync(journal, lot, cancel);
        LotReport report = await LotReport.ReadAsync(journal, lot, cancel);
        List<string> files = [];
        if (formats.Contains(Csv))
            files.AddRange(await CsvReport.WriteAsync(report, folder, cancel));
        if (formats.Contains(JsonFormat))
            files.AddRange(await JsonReport.WriteAsync(report, folder, cancel));
        return files;
    }

    private static string[] Formats(string? text) => (text ?? "").ToLowerInvariant().Split(
        ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

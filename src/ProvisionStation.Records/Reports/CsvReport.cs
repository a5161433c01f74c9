using System.Globalization;
using CsvHelper;

namespace ProvisionStation.Records.Reports;

/// <summary>The lot's report as three tables: <c>units.csv</c> (one row a run, with its unit), <c>steps.csv</c>, <c>measurements.csv</c>.</summary>
/// <remarks>
/// RFC 4180, UTF-8 without a byte order mark, lines end in CR LF, numbers with a point. Text that a spreadsheet would take for a formula begins with
/// an apostrophe. What could not be read is <c>not readable</c> in a mark of the unit and empty elsewhere; each mark and hash has its source (law 6).
/// </remarks>
public static class CsvReport
{
    private const string NotReadable = "not readable";
    private const string FormulaStarts = "=+-@\t\r\n＝＋－＠";

    /// <summary>Values of <c>units.csv</c> that have a column of their own for the source.</summary>
    private static readonly string[] WithSource =
        ["verdict", "state", "mac", "chip", "chipId", "flash", "flashBytes", "keyClass", "rfSha256", "backupSha256", "imageSha256", "imageVersion"];

    /// <summary>Writes the three files into a folder, which is made where it is not there.</summary>
    /// <returns>The files written.</returns>
    /// <exception cref="RecordsException">The folder cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(LotReport report, string folder, CancellationToken cancel) =>
    [
        await ReportFile.WriteAsync(folder, "units.csv", Table(UnitHeader(), Units(report)), cancel),
        await ReportFile.WriteAsync(folder, "steps.csv", Table(StepHeader, report.Runs.SelectMany(Steps)), cancel),
        await ReportFile.WriteAsync(folder, "measurements.csv", Table(MeasurementHeader, report.Runs.SelectMany(Measurements)), cancel),
    ];

    /// <summary>Text as a cell: harmless to a spreadsheet and to C strings.</summary>
    internal static string? Cell(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return text;
        string clean = CleanText.WellFormed(text);
        return FormulaStarts.Contains(clean.TrimStart(' ').FirstOrDefault(' '), StringComparison.Ordinal) ? "'" + clean : clean;
    }

    private static byte[] Table(IEnumerable<string> header, IEnumerable<IEnumerable<string?>> rows)
    {
        using MemoryStream content = new();
        // The library's defaults are RFC 4180 and UTF-8. Formulas are defused in Cell, which knows the wide signs too.
        using (CsvWriter csv = CsvWriter.Create(content, null, leaveOpen: true))
        {
            foreach (IEnumerable<string?> row in rows.Prepend(header))
                csv.WriteRecord([.. row]);
        }

        return content.ToArray();
    }

    private static IEnumerable<string> UnitHeader() =>
    [
        "sequence", "run", "unit", "lot", "jig", "slot", "startedAt", "closedAt", "seconds", "reason", "detail", "remedy", "macSource",
        .. WithSource.SelectMany(name => new[] { name, name + "Known" }),
        "recipe", "recipeRevision", "recipeSha256", "jigRevision", "jigSha256", "operator", "program", "station", "shortBoots", "link",
        "previousSha256", "sha256", "number", "originalBackupSha256",
    ];

    private static IEnumerable<IEnumerable<string?>> Units(LotReport report)
    {
        Dictionary<Guid, string?> originals = report.Units.ToDictionary(unit => unit.Unit, unit => unit.OriginalBackupSha256);
        return report.Runs.Select(run => Unit(run, run.UnitId is { } unit ? originals.GetValueOrDefault(unit) : null));
    }

    private static IEnumerable<string?> Unit(RunRecord run, string? original)
    {
        Dictionary<string, ClaimSource> sources = RunSources.Of(run).ToDictionary(one => one.Name, one => one.Source);
        RunClosing? closing = run.Closing;
        RunOpening opening = run.Opening;
        return
        [
            Number(run.Sequence), run.Id.ToString(), run.UnitId?.ToString(), Cell(opening.Lot), Cell(opening.Jig), Number(opening.Slot),
            RecordText.Of(run.StartedAt), run.ClosedAt is { } closedAt ? RecordText.Of(closedAt) : null, Number(closing?.Duration.TotalSeconds),
            Cell(closing?.Reason), Cell(closing?.Detail), Cell(closing?.Remedy), Cell(run.Marks?.MacSource),
            .. WithSource.SelectMany(name => new[] { Value(run, name), RecordText.Of(sources[name]) }),
            Cell(opening.Recipe), Number(opening.RecipeRevision), Cell(opening.RecipeSha256), Number(opening.JigRevision), Cell(opening.JigSha256),
            Cell(opening.Operator), Cell(opening.Program), run.Station.ToString(), Number(closing?.ShortBoots),
            Cell(Link(closing)),
            run.PreviousSha256, run.Sha256, Number(run.Number), Cell(original),
        ];
    }

    private static string? Link(RunClosing? closing) => closing is null
        ? null
        : string.Join(' ', closing.Link.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key}={one.Value}"));

    private static string? Value(RunRecord run, string name) => name switch
    {
        "verdict" => run.Closing is null ? "open" : RecordText.Of(run.Closing.Verdict),
        "state" => run.Closing is null ? null : RecordText.Of(run.Closing.State),
        "mac" => Mark(run.Marks?.Mac),
        "chip" => Mark(run.Marks?.Chip),
        "chipId" => Mark(run.Marks?.ChipId),
        "flash" => Mark(run.Marks?.FlashId),
        "flashBytes" => Number(run.Marks?.FlashBytes) ?? NotReadable,
        "keyClass" => Mark(run.Marks?.KeyClass),
        "rfSha256" => Mark(run.Marks?.RfSha256),
        "backupSha256" => Cell(run.Closing?.BackupSha256),
        "imageSha256" => Cell(run.Opening.ImageSha256),
        "imageVersion" => Cell(run.Opening.ImageVersion),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such column"),
    };

    private static readonly string[] StepHeader =
        ["sequence", "run", "mac", "slot", "number", "step", "verdict", "reason", "attempts", "startedAt", "seconds", "detail", "source"];

    private static IEnumerable<IEnumerable<string?>> Steps(RunRecord run) => run.Steps.Select((step, index) => (IEnumerable<string?>)
    [
        Number(run.Sequence), run.Id.ToString(), Mark(run.Marks?.Mac), Number(run.Opening.Slot), Number(index + 1), Cell(step.Step),
        RecordText.Of(step.Verdict), Cell(step.Reason), Number(step.Attempts), RecordText.Of(step.StartedAt), Number(step.Duration.TotalSeconds), Cell(step.Detail),
        RecordText.Of(ClaimSource.Derived),
    ]);

    private static readonly string[] MeasurementHeader =
    [
        "sequence", "run", "mac", "slot", "step", "name", "value", "unit", "low", "high", "nominalLow", "nominalHigh", "samples", "samplesPerSecond",
        "verdict", "marginal", "note", "source",
    ];

    private static IEnumerable<IEnumerable<string?>> Measurements(RunRecord run) =>
        run.Steps.SelectMany(step => step.Measurements.Select(one => Measurement(run, step, one)));

    private static IEnumerable<string?> Measurement(RunRecord run, StepRecord step, Measurement one) =>
    [
        Number(run.Sequence), run.Id.ToString(), Mark(run.Marks?.Mac), Number(run.Opening.Slot), Cell(step.Step), Cell(one.Name), Number(one.Value),
        Cell(one.Unit), Number(one.Low), Number(one.High), Number(one.NominalLow), Number(one.NominalHigh), Number(one.Samples),
        Number(one.SamplesPerSecond), RecordText.Of(one.Verdict), one.IsMarginal ? "MARGINAL" : "", Cell(one.Note), RecordText.Of(ClaimSource.Measured),
    ];

    private static string Mark(string? mark) => Cell(mark) ?? NotReadable;

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    /// <summary>The shortest text that reads back to the same number.</summary>
    private static string? Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);
}

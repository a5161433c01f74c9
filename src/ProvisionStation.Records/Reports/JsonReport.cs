using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace ProvisionStation.Records.Reports;

/// <summary>The lot's report as one JSON document. Its form is published as <c>docs/schema/report-1.schema.json</c>.</summary>
public static class JsonReport
{
    /// <summary>Name of the form; another form gets another number.</summary>
    public const string Schema = "provision-station/report/1";

    /// <summary>Name of the file.</summary>
    public const string FileName = "report.json";

    // Text stays readable in every script; what ends an HTML script element is escaped all the same.
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>Writes <c>report.json</c> into a folder, which is made where it is not there.</summary>
    /// <returns>The files written.</returns>
    /// <exception cref="RecordsException">The folder cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(LotReport report, string folder, CancellationToken cancel)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(Of(report), Readable);
        return [await ReportFile.WriteAsync(folder, FileName, content, cancel)];
    }

    /// <summary>The document.</summary>
    public static JsonObject Of(LotReport report) => new()
    {
        ["schema"] = Schema,
        ["writtenAt"] = RecordText.Of(report.WrittenAt),
        ["station"] = report.Station.ToString(),
        ["lot"] = report.Lot.Lot,
        ["openedAt"] = RecordText.Of(report.Lot.OpenedAt),
        ["recipe"] = new JsonObject
        {
            ["recipe"] = report.Lot.Recipe,
            ["revision"] = report.Lot.RecipeRevision,
            ["sha256"] = report.Lot.RecipeSha256,
            ["source"] = RecordText.Of(ClaimSource.Entered),
        },
        ["jig"] = new JsonArray([.. Jigs(report)]),
        ["counts"] = Counts(report),
        ["runs"] = new JsonArray([.. report.Runs.Select(RunJson.Of)]),
    };

    /// <summary>The jigs the lot's runs were made on: usually one.</summary>
    private static IEnumerable<JsonObject> Jigs(LotReport report) => report.Runs
        .Select(run => (run.Opening.Jig, run.Opening.JigRevision, run.Opening.JigSha256))
        .Distinct()
        .Select(jig => new JsonObject
        {
            ["jig"] = jig.Jig,
            ["revision"] = jig.JigRevision,
            ["sha256"] = jig.JigSha256,
            ["source"] = RecordText.Of(ClaimSource.Entered),
        });

    private static JsonObject Counts(LotReport report) => new()
    {
        ["received"] = report.Received,
        ["pass"] = report.Lot.Counts.Pass,
        ["fail"] = report.Lot.Counts.Fail,
        ["error"] = report.Lot.Counts.Error,
        ["aborted"] = report.Lot.Counts.Aborted,
        ["open"] = report.Lot.Counts.Open,
        ["sum"] = report.CountsInWords,
        ["source"] = RecordText.Of(ClaimSource.Derived),
    };
}

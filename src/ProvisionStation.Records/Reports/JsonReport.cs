using System.Text;
using System.Text.Json.Nodes;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Reports;

/// <summary>The lot's report as one JSON document. Its form is published as <c>docs/schema/report-1.schema.json</c>.</summary>
public static class JsonReport
{
    /// <summary>Name of the form; another form gets another number.</summary>
    public const string Schema = "provision-station/report/1";

    /// <summary>Name of the file.</summary>
    public const string FileName = "report.json";

    /// <summary>Writes <c>report.json</c> into a folder, which is made where it is not there.</summary>
    /// <returns>The files written.</returns>
    /// <exception cref="RecordsException">The folder cannot be written.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(LotReport report, string folder, CancellationToken cancel)
    {
        byte[] content = Encoding.UTF8.GetBytes(JsonText.Document(Of(report)));
        return [await ReportFile.WriteAsync(folder, FileName, content, cancel)];
    }

    /// <summary>The document.</summary>
    public static JsonObject Of(LotReport report) => new()
    {
        ["schema"] = Schema,
        ["writtenAt"] = RowText.Of(report.WrittenAt),
        ["station"] = report.Station.ToString(),
        ["lot"] = report.Lot.Lot,
        ["openedAt"] = RowText.Of(report.Lot.OpenedAt),
        ["sources"] = RunSources.ToJson(
        [
            ("writtenAt", ClaimSource.Measured), ("station", ClaimSource.Derived), ("lot", ClaimSource.Entered), ("openedAt", ClaimSource.Measured),
        ]),
        ["recipe"] = new JsonObject
        {
            ["recipe"] = report.Lot.Recipe,
            ["revision"] = report.Lot.RecipeRevision,
            ["sha256"] = report.Lot.RecipeSha256,
            ["source"] = RecordText.Of(ClaimSource.Entered),
        },
        ["jig"] = new JsonArray([.. Jigs(report)]),
        ["counts"] = Counts(report),
        ["units"] = new JsonArray([.. report.Units.Select(Unit)]),
        ["runs"] = new JsonArray([.. report.Runs.Select(RunJson.Of)]),
        ["foreign"] = new JsonArray([.. report.Foreign.Select(Foreign)]),
    };

    private static JsonObject Unit(LotUnit unit) => new()
    {
        ["unit"] = unit.Unit.ToString(),
        ["mac"] = unit.Mac,
        ["runs"] = unit.Runs,
        ["lastVerdict"] = unit.LastVerdict is { } verdict ? RecordText.Of(verdict) : null,
        ["originalBackupSha256"] = unit.OriginalBackupSha256,
        ["source"] = RecordText.Of(ClaimSource.Derived),
    };

    private static JsonObject Foreign(ForeignRecord record) => new()
    {
        ["sequence"] = record.Sequence,
        ["previousSha256"] = record.PreviousSha256,
        ["sha256"] = record.Sha256,
        ["source"] = RecordText.Of(ClaimSource.Derived),
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
        ["runs"] = report.Runs.Count,
        ["pass"] = report.Lot.Counts.Pass,
        ["fail"] = report.Lot.Counts.Fail,
        ["error"] = report.Lot.Counts.Error,
        ["aborted"] = report.Lot.Counts.Aborted,
        ["open"] = report.Lot.Counts.Open,
        ["units"] = new JsonObject
        {
            ["total"] = report.Units.Count,
            ["lastPass"] = report.UnitsLast(Verdict.Pass),
            ["lastFail"] = report.UnitsLast(Verdict.Fail),
            ["lastError"] = report.UnitsLast(Verdict.Error),
            ["lastAborted"] = report.UnitsLast(Verdict.Aborted),
            ["open"] = report.UnitsLast(null),
            ["unidentified"] = report.Unidentified,
        },
        ["sum"] = report.CountsInWords,
        ["source"] = RecordText.Of(ClaimSource.Derived),
    };
}

using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Reports;

namespace ProvisionStation.Tests.Records;

public sealed class ReportTests : IDisposable
{
    private readonly DataFolder _data = new();
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_counts_of_a_report_add_up_and_say_so()
    {
        await using RunJournal journal = await MixedLotAsync();
        LotReport report = await LotReport.ReadAsync(journal, "L1", Cancel);
        Assert.Equal(
            "4 runs = 1 pass + 1 fail + 0 error + 1 aborted + 1 open; "
            + "3 units = 1 last pass + 1 last fail + 0 last error + 0 last aborted + 1 open; 1 runs unidentified",
            report.CountsInWords);
        JsonObject counts = JsonReport.Of(report)["counts"]!.AsObject();
        Assert.Equal(
            (int)counts["runs"]!,
            (int)counts["pass"]! + (int)counts["fail"]! + (int)counts["error"]! + (int)counts["aborted"]! + (int)counts["open"]!);
        Assert.Equal(report.CountsInWords, (string?)counts["sum"]);
        Assert.Equal(4, JsonReport.Of(report)["runs"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_report_of_an_unknown_lot_is_refused()
    {
        await using RunJournal journal = await _data.OpenAsync();
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => LotReport.ReadAsync(journal, "nope", Cancel));
        Assert.Contains("nope", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_writes_the_same_report_beside_the_station()
    {
        await using RunJournal journal = await MixedLotAsync();
        await using RunJournal reader = await RunJournal.OpenForReadingAsync(_data.Path, _data.Clock, Cancel);
        Assert.Equal(
            JsonReport.Of(await LotReport.ReadAsync(journal, "L1", Cancel)).ToJsonString(), JsonReport.Of(await LotReport.ReadAsync(reader, "L1", Cancel)).ToJsonString());
    }

    [Fact]
    public async Task A_json_report_keeps_to_its_published_schema()
    {
        await using RunJournal journal = await MixedLotAsync();
        LotReport report = await LotReport.ReadAsync(journal, "L1", Cancel);
        string file = Assert.Single(await JsonReport.WriteAsync(report, Out, Cancel));
        JsonNode read = JsonNode.Parse(await File.ReadAllTextAsync(file, Cancel))!;
        Assert.Empty(Schema().Problems(read));
        Assert.Equal("provision-station/report/1", (string?)read["schema"]);
        JsonNode pass = read["runs"]![0]!;
        Assert.Equal(("PASS", "configured", "18DE5019F001", "BK7231N", "1560EB"), ((string?)pass["verdict"], (string?)pass["state"], (string?)pass["mac"], (string?)pass["chip"], (string?)pass["flash"]));
        Assert.Equal("2026-03-14T15:09:26.5350000Z", (string?)pass["startedAt"]);
        Assert.Equal(41.25, (double)pass["seconds"]!);
        Assert.Equal("measured", (string?)pass["steps"]![1]!["measurements"]![0]!["source"]);
        Assert.Equal("notdone", (string?)pass["claims"]![1]!["source"]);
    }

    [Fact]
    public async Task The_schema_refuses_every_value_whose_source_is_missing()
    {
        await using RunJournal journal = await MixedLotAsync();
        JsonObject whole = JsonReport.Of(await LotReport.ReadAsync(journal, "L1", Cancel));
        List<string> places = [];
        FindSources(whole, "", places);
        Assert.Contains("runs/0/sources/mac", places);
        Assert.Contains("runs/0/steps/0/measurements/0/source", places);
        foreach (string place in places)
        {
            JsonNode document = whole.DeepClone();
            string[] path = place.Split('/');
            JsonNode parent = path[..^1].Aggregate(document, (node, name) => (node is JsonArray array ? array[int.Parse(name, null)] : node[name])!);
            Assert.True(parent.AsObject().Remove(path[^1]));
            Assert.NotEmpty(Schema().Problems(document));
        }
    }

    [Fact]
    public async Task Every_value_of_a_run_has_a_source_and_every_source_a_value()
    {
        await using RunJournal journal = await MixedLotAsync();
        foreach (RunRecord run in await journal.RunsAsync(new RunQuery(), Cancel))
        {
            JsonObject json = RunJson.Of(run);
            string[] lists = ["steps", "intents", "artifacts", "claims", "sources"];
            Assert.Equal(json.Select(member => member.Key).Except(lists).Order(), json["sources"]!.AsObject().Select(member => member.Key).Order());
        }
    }

    [Fact]
    public async Task An_image_that_was_not_verified_is_only_intended_and_an_unread_mark_is_not_done()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
        RunRecord closed = await run.CloseAsync(DataFolder.Closing(Verdict.Error, "no-link", UnitState.Untouched) with { BackupSha256 = null }, Cancel);
        JsonObject sources = RunJson.Of(closed)["sources"]!.AsObject();
        Assert.Equal(("intended", "notdone", "notdone"), ((string?)sources["imageSha256"], (string?)sources["mac"], (string?)sources["backupSha256"]));
        Assert.Equal("derived", (string?)RunJson.Of(await DataFolder.ClosedRunAsync(journal, 2))["sources"]!["imageSha256"]);
    }

    [Fact]
    public async Task A_unit_that_comes_again_is_one_unit_with_its_last_verdict()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1, Verdict.Fail, "no-boot");
        await DataFolder.ClosedRunAsync(journal, 1);
        await DataFolder.ClosedRunAsync(journal, 2, Verdict.Error, "meter-lost");
        JsonObject report = JsonReport.Of(await LotReport.ReadAsync(journal, "L1", Cancel));
        JsonNode units = report["counts"]!["units"]!;
        Assert.Equal(
            """{"total":2,"lastPass":1,"lastFail":0,"lastError":1,"lastAborted":0,"open":0,"unidentified":0}""", units.ToJsonString());
        Assert.Equal((3, 1), ((int)report["counts"]!["runs"]!, (int)report["counts"]!["fail"]!));
        Assert.Equal(("PASS", 2), ((string?)report["units"]![0]!["lastVerdict"], (int)report["units"]![0]!["runs"]!));
    }

    [Fact]
    public async Task The_version_of_an_image_is_known_as_its_claim_says()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await DataFolder.RichRunAsync(journal);
        await run.AddClaimsAsync([new Claim("image-version", "1.18.299", ClaimSource.Entered)], Cancel);
        RunRecord pinned = await run.CloseAsync(DataFolder.Closing(), Cancel);
        Assert.Equal("entered", (string?)RunJson.Of(pinned)["sources"]!["imageVersion"]);
        Assert.Equal("intended", (string?)RunJson.Of(await DataFolder.ClosedRunAsync(journal, 2))["sources"]!["imageVersion"]);
    }

    [Fact]
    public async Task What_is_not_there_was_not_done_and_limits_were_entered()
    {
        await using RunJournal journal = await _data.OpenAsync();
        JsonObject json = RunJson.Of(await DataFolder.ClosedRunAsync(journal));
        Assert.Equal(("notdone", "notdone"), ((string?)json["sources"]!["reason"], (string?)json["sources"]!["remedy"]));
        Assert.Equal(("measured", "measured"), ((string?)json["sources"]!["link"], (string?)json["sources"]!["seconds"]));
        JsonNode measured = json["steps"]![0]!["measurements"]![0]!;
        Assert.Equal(("measured", "entered"), ((string?)measured["source"], (string?)measured["limitsSource"]));
    }

    [Fact]
    public async Task Nobody_measured_how_an_interrupted_run_ended()
    {
        await using (RunJournal killed = await _data.OpenAsync())
            await DataFolder.RichRunAsync(killed);
        await using RunJournal journal = await _data.OpenAsync();
        JsonNode sources = RunJson.Of(Assert.Single(journal.Interrupted))["sources"]!;
        Assert.Equal(
            ("derived", "derived", "notdone"), ((string?)sources["seconds"], (string?)sources["durationTicks"], (string?)sources["link"]));
    }

    [Fact]
    public async Task Every_hash_of_a_report_can_be_computed_again_from_the_report_alone()
    {
        await using RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1);
        OpenRun other = await journal.OpenRunAsync(DataFolder.Opening(2, "L2"), Cancel);
        RunRecord foreign = await other.CloseAsync(DataFolder.Closing(), Cancel);
        OpenRun odd = await journal.OpenRunAsync(DataFolder.Opening(3), Cancel);
        await odd.AddStepAsync(
            DataFolder.Step() with
            {
                StartedAt = FixedClock.Start.AddTicks(7),
                Duration = TimeSpan.FromTicks(30_120_007),
                Measurements = [new Measurement("a", double.NaN, "mA"), new Measurement("b", 1e-7, "mA"), new Measurement("c", -0.0, "mA", 1e21)],
            },
            Cancel);
        await odd.CloseAsync(DataFolder.Closing(Verdict.Error, "meter-lost"), Cancel);
        LotReport report = await LotReport.ReadAsync(journal, "L1", Cancel);
        JsonObject json = JsonNode.Parse(JsonText.Document(JsonReport.Of(report)))!.AsObject();
        JsonNode between = Assert.Single(json["foreign"]!.AsArray())!;
        Assert.Equal((2L, foreign.Sha256), ((long)between["sequence"]!, (string?)between["sha256"]));
        Assert.Equal((string?)json["runs"]![0]!["sha256"], (string?)between["previousSha256"]);
        Assert.Equal((string?)json["runs"]![1]!["previousSha256"], (string?)between["sha256"]);
        Assert.All(json["runs"]!.AsArray(), run => Assert.Equal((string?)run!["sha256"], ReportedHash.Of(json, run.AsObject())));
    }

    [Fact]
    public void Json_text_escapes_only_what_would_be_taken_for_something_else()
    {
        JsonObject json = new() { ["a"] = "it's +5 V `ä` \u202E</script>&\"" };
        Assert.Equal("""{"a":"it's +5 V `ä` \u202E\u003C/script\u003E\u0026\""}""", JsonText.Line(json));
        Assert.True(JsonNode.DeepEquals(json, JsonNode.Parse(JsonText.Document(json))));
    }

    [Fact]
    public async Task A_csv_report_is_three_tables_that_a_parser_reads_back()
    {
        await using RunJournal journal = await MixedLotAsync();
        LotReport report = await LotReport.ReadAsync(journal, "L1", Cancel);
        IReadOnlyList<string> files = await CsvReport.WriteAsync(report, Out, Cancel);
        Assert.Equal(["units.csv", "steps.csv", "measurements.csv"], files.Select(Path.GetFileName));
        List<string[]> units = Rows(files[0]);
        Assert.Equal(1 + 4, units.Count);
        Assert.All(units, row => Assert.Equal(units[0].Length, row.Length));
        Assert.Equal(("PASS", "derived"), (Column(units, 1, "verdict"), Column(units, 1, "verdictKnown")));
        Assert.Equal("open", Column(units, 4, "verdict"));
        Assert.Equal(1 + report.Runs.Sum(run => run.Steps.Count), Rows(files[1]).Count);
        List<string[]> measurements = Rows(files[2]);
        Assert.Equal(("62.4", "mA", "PASS"), (Column(measurements, 1, "value"), Column(measurements, 1, "unit"), Column(measurements, 1, "verdict")));
        byte[] raw = await File.ReadAllBytesAsync(files[0], Cancel);
        Assert.Equal("sequence"u8.ToArray(), raw[..8]);
        Assert.Equal("\r\n"u8.ToArray(), raw[^2..]);
        Assert.Equal(3, Directory.GetFiles(Out).Length);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")", "'=HYPERLINK(\"http://x\")")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r\n=1", "'\r\n=1")]
    [InlineData("  =1", "'  =1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    public void Text_that_a_spreadsheet_would_run_is_defused(string text, string expected) => Assert.Equal(expected, CsvReport.Cell(text));

    [Fact]
    public async Task A_negative_measurement_stays_a_number()
    {
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(), Cancel);
        await run.AddStepAsync(DataFolder.Step() with { Measurements = [new Measurement("current-min", -0.3, "mA"), new Measurement("current-mean", double.NaN, "mA", 1, 2)] }, Cancel);
        await run.CloseAsync(DataFolder.Closing(Verdict.Error, "meter-lost"), Cancel);
        LotReport report = await LotReport.ReadAsync(journal, "L1", Cancel);
        List<string[]> rows = Rows((await CsvReport.WriteAsync(report, Out, Cancel))[2]);
        Assert.Equal(("-0.3", "PASS"), (Column(rows, 1, "value"), Column(rows, 1, "verdict")));
        Assert.Equal(("NaN", "FAIL"), (Column(rows, 2, "value"), Column(rows, 2, "verdict")));
        Assert.Empty(Schema().Problems(JsonNode.Parse(JsonReport.Of(report).ToJsonString())));
    }

    [Fact]
    public async Task Hostile_text_comes_out_of_sql_csv_and_json_as_it_went_in()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        string[] texts = [.. Hostile(seed)];
        await using RunJournal journal = await _data.OpenAsync();
        OpenRun run = await journal.OpenRunAsync(DataFolder.Opening(lot: texts[0]) with { Operator = texts[1] }, Cancel);
        await run.IdentifyUnitAsync(DataFolder.Marks() with { MacSource = texts[2] }, Cancel);
        await run.AddStepAsync(DataFolder.Step() with { Detail = texts[3], Measurements = [new Measurement(texts[4], 1, texts[5], Note: texts[6])] }, Cancel);
        await run.AddClaimsAsync([.. texts.Select(text => new Claim(text, text, ClaimSource.Readback))], Cancel);
        RunRecord closed = await run.CloseAsync(DataFolder.Closing() with { Detail = texts[3] }, Cancel);

        Assert.Null((await journal.ChainAsync(Cancel)).Break);
        Assert.Equal(texts.Select(CleanText.Of), closed.Claims.Select(claim => claim.Value));
        LotReport report = await LotReport.ReadAsync(journal, texts[0], Cancel);
        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync((await JsonReport.WriteAsync(report, Out, Cancel))[0], Cancel))!;
        Assert.Equal(texts.Select(CleanText.Of), json["runs"]![0]!["claims"]!.AsArray().Select(claim => (string)claim!["value"]!));
        Assert.Empty(Schema().Problems(json));
        IReadOnlyList<string> files = await CsvReport.WriteAsync(report, Out, Cancel);
        List<string[]> steps = Rows(files[1]);
        Assert.Equal(2, steps.Count);
        Assert.Equal(CsvReport.Cell(CleanText.Of(texts[3])), Column(steps, 1, "detail"));
        Assert.Equal(CsvReport.Cell(CleanText.Of(texts[1])), Column(Rows(files[0]), 1, "operator"));
    }

    [Fact]
    public void Nul_and_half_characters_are_replaced_and_what_is_too_long_says_that_it_was_cut()
    {
        Assert.Equal("a\uFFFDb\uFFFDc\U0001F50C", CleanText.Of("a\0b\uD800c\U0001F50C"));
        Assert.Equal(CleanText.LongestField, CleanText.Of(new string('x', CleanText.LongestField)).Length);
        Assert.EndsWith("… (cut)", CleanText.Of(new string('x', CleanText.LongestField + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_says_so_and_leaves_nothing()
    {
        await using RunJournal journal = await MixedLotAsync();
        LotReport report = await LotReport.ReadAsync(journal, "L1", Cancel);
        string file = Path.Combine(_data.Path, "file");
        await File.WriteAllTextAsync(file, "", Cancel);
        RecordsException e = await Assert.ThrowsAsync<RecordsException>(() => CsvReport.WriteAsync(report, file, Cancel));
        Assert.Contains("--out", e.Remedy, StringComparison.Ordinal);
        Assert.Equal("", await File.ReadAllTextAsync(file, Cancel));
    }

    [Fact]
    public async Task A_unit_has_the_same_names_in_json_as_its_runs()
    {
        await using RunJournal journal = await MixedLotAsync();
        JsonObject unit = UnitJson.Of((await journal.UnitsAsync(null, "18DE5019F001", Cancel))[0]);
        Assert.Equal(("18DE5019F001", "PASS", 1L), ((string?)unit["mac"], (string?)unit["verdict"], (long)unit["sequence"]!));
        string[] own = ["firstSeenAt", "runs", "leftState", "originalBackupSha256"];
        JsonObject run = RunJson.Of((await journal.RunsAsync(new RunQuery(), Cancel))[0]);
        Assert.All(unit.Select(member => member.Key).Except(own), name => Assert.True(run.ContainsKey(name), name));
    }

    [Fact]
    public void Words_and_values_map_both_ways()
    {
        Assert.Equal(["PASS", "FAIL", "ERROR", "ABORTED"], Enum.GetValues<Verdict>().Select(RecordText.Of));
        Assert.Equal(["untouched", "erased", "partly-written", "written", "configured", "restored"], Enum.GetValues<UnitState>().Select(RecordText.Of));
        Assert.Equal(["measured", "readback", "derived", "intended", "entered", "notdone"], Enum.GetValues<ClaimSource>().Select(RecordText.Of));
        Assert.All(Enum.GetValues<Verdict>(), verdict => Assert.Equal(verdict, RecordText.VerdictOf(RecordText.Of(verdict))));
        Assert.Throws<FormatException>(() => RecordText.VerdictOf("pass"));
        Assert.Throws<ArgumentOutOfRangeException>(() => RecordText.Of((Verdict)9));
    }

    public void Dispose() => _data.Dispose();

    private string Out => Path.Combine(_data.Path, "out");

    private async Task<RunJournal> MixedLotAsync()
    {
        RunJournal journal = await _data.OpenAsync();
        await DataFolder.ClosedRunAsync(journal, 1);
        await DataFolder.ClosedRunAsync(journal, 2, Verdict.Fail, "stalled-boot");
        OpenRun unknown = await journal.OpenRunAsync(DataFolder.Opening(3), Cancel);
        await unknown.CloseAsync(DataFolder.Closing(Verdict.Aborted, "cancelled", UnitState.Untouched) with { BackupSha256 = null }, Cancel);
        await DataFolder.RichRunAsync(journal, 4);
        return journal;
    }

    private static SchemaCheck Schema()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "docs", "schema", "report-1.schema.json");
            if (File.Exists(path))
                return new SchemaCheck(JsonNode.Parse(File.ReadAllText(path))!.AsObject());
        }

        throw new FileNotFoundException("docs/schema/report-1.schema.json");
    }

    private static void FindSources(JsonNode? node, string at, List<string> places)
    {
        IEnumerable<(string Name, JsonNode? Value)> members = node switch
        {
            JsonObject json => json.Select(member => (member.Key, member.Value)),
            JsonArray items => items.Select((item, index) => ($"{index}", item)),
            _ => [],
        };
        foreach ((string name, JsonNode? value) in members)
        {
            if (name == "source" || at.EndsWith("sources/", StringComparison.Ordinal))
                places.Add(at + name);
            FindSources(value, $"{at}{name}/", places);
        }
    }

    private static List<string[]> Rows(string file)
    {
        using CsvReader reader = CsvReader.FromText(File.ReadAllText(file, new UTF8Encoding(false, throwOnInvalidBytes: true)), new CsvReaderOptions { HasHeader = false });
        List<string[]> rows = [];
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(index => reader.GetString(index)!)]);
        return rows;
    }

    private static string Column(List<string[]> rows, int row, string name) => rows[row][Array.IndexOf(rows[0], name)];

    private static IEnumerable<string> Hostile(int seed)
    {
        string[] known =
        [
            "lot '); DROP TABLE run; --", "=cmd|' /C calc'!A0", "\"quoted\",and\r\nbroken", "nul \0 inside", "half \uD83D character", "</script><img src=x onerror=alert(1)>",
            "@SUM(1+1)*cmd|' /C calc'!A0", "\u202Ereversed", "emoji \U0001F50C and ä", "\\u0000 %s {0} ${x} `id`", "\u2028\u2029\u0085\uFEFF",
        ];
#pragma warning disable CA5394 // Noise, not a secret.
        Random random = new(seed);
        return known.Concat(Enumerable.Range(0, 30).Select(_ => "x" + new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(0x10000))])));
#pragma warning restore CA5394
    }
}

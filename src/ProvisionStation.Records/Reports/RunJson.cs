using System.Text.Json.Nodes;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Reports;

/// <summary>A run as JSON, the same in reports, <c>runs --json</c> and <c>units show --json</c>.</summary>
/// <remarks>
/// <c>sources</c> says for each value of the run itself how it is known (law 6); steps, measurements, artifacts, intents and claims carry their
/// own <c>source</c>. Times have seven digits and durations are in ticks of 100 ns too, as both are hashed so (<c>docs/ledger.md</c>). Null is "not readable" or "not reached", and its source is <c>notdone</c>. A run in progress has a null <c>verdict</c>.
/// </remarks>
public static class RunJson
{
    /// <summary>The object.</summary>
    public static JsonObject Of(RunRecord run)
    {
        JsonObject json = [];
        AddOpening(json, run);
        AddUnit(json, run);
        AddClosing(json, run);
        json["steps"] = new JsonArray([.. run.Steps.Select(Step)]);
        json["intents"] = new JsonArray([.. run.Intents.Select(Intent)]);
        json["artifacts"] = new JsonArray([.. run.Artifacts.Select(Artifact)]);
        json["claims"] = new JsonArray([.. run.Claims.Select(Claim)]);
        json["sources"] = RunSources.ToJson(RunSources.Of(run));
        return json;
    }

    /// <summary>The marks of a unit, under the names all JSON uses.</summary>
    internal static void AddMarks(JsonObject json, UnitMarks? marks)
    {
        json["mac"] = marks?.Mac;
        json["macSource"] = marks?.MacSource;
        json["chip"] = marks?.Chip;
        json["chipId"] = marks?.ChipId;
        json["flash"] = marks?.FlashId;
        json["flashBytes"] = marks?.FlashBytes;
        json["keyClass"] = marks?.KeyClass;
        json["rfSha256"] = marks?.RfSha256;
    }

    internal static double Seconds(TimeSpan duration) => Math.Round(duration.TotalSeconds, 3);

    private static void AddOpening(JsonObject json, RunRecord run)
    {
        json["run"] = run.Id.ToString();
        json["number"] = run.Number;
        json["station"] = run.Station.ToString();
        json["lot"] = run.Opening.Lot;
        json["slot"] = run.Opening.Slot;
        json["jig"] = run.Opening.Jig;
        json["jigRevision"] = run.Opening.JigRevision;
        json["jigSha256"] = run.Opening.JigSha256;
        json["recipe"] = run.Opening.Recipe;
        json["recipeRevision"] = run.Opening.RecipeRevision;
        json["recipeSha256"] = run.Opening.RecipeSha256;
        json["imageSha256"] = run.Opening.ImageSha256;
        json["imageVersion"] = run.Opening.ImageVersion;
        json["operator"] = run.Opening.Operator;
        json["program"] = run.Opening.Program;
        json["startedAt"] = RowText.Of(run.StartedAt);
    }

    private static void AddUnit(JsonObject json, RunRecord run)
    {
        json["unit"] = run.UnitId?.ToString();
        AddMarks(json, run.Marks);
    }

    private static void AddClosing(JsonObject json, RunRecord run)
    {
        RunClosing? closing = run.Closing;
        json["closedAt"] = run.ClosedAt is { } closedAt ? RowText.Of(closedAt) : null;
        json["sequence"] = run.Sequence;
        json["verdict"] = closing is null ? null : RecordText.Of(closing.Verdict);
        json["reason"] = closing?.Reason;
        json["detail"] = closing?.Detail;
        json["remedy"] = closing?.Remedy;
        json["state"] = closing is null ? null : RecordText.Of(closing.State);
        json["backupSha256"] = closing?.BackupSha256;
        json["seconds"] = closing is null ? null : Seconds(closing.Duration);
        json["durationTicks"] = closing?.Duration.Ticks;
        json["shortBoots"] = closing?.ShortBoots;
        json["link"] = closing is null ? null : Link(closing);
        json["previousSha256"] = run.PreviousSha256;
        json["sha256"] = run.Sha256;
    }

    private static JsonObject Link(RunClosing closing) => new(
        closing.Link.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));

    private static JsonObject Step(StepRecord step) => new()
    {
        ["step"] = step.Step,
        ["verdict"] = RecordText.Of(step.Verdict),
        ["reason"] = step.Reason,
        ["attempts"] = step.Attempts,
        ["startedAt"] = RowText.Of(step.StartedAt),
        ["seconds"] = Seconds(step.Duration),
        ["durationTicks"] = step.Duration.Ticks,
        ["timesSource"] = RecordText.Of(ClaimSource.Measured),
        ["detail"] = step.Detail,
        ["source"] = RecordText.Of(ClaimSource.Derived),
        ["measurements"] = new JsonArray([.. step.Measurements.Select(Measurement)]),
    };

    private static JsonObject Measurement(Measurement one) => new()
    {
        ["name"] = one.Name,
        ["value"] = Number(one.Value),
        ["notFinite"] = double.IsFinite(one.Value) ? null : CanonicalJson.Number(one.Value),
        ["unit"] = one.Unit,
        ["low"] = Number(one.Low),
        ["high"] = Number(one.High),
        ["nominalLow"] = Number(one.NominalLow),
        ["nominalHigh"] = Number(one.NominalHigh),
        ["samples"] = one.Samples,
        ["samplesPerSecond"] = Number(one.SamplesPerSecond),
        ["note"] = one.Note,
        ["verdict"] = RecordText.Of(one.Verdict),
        ["marginal"] = one.IsMarginal,
        ["limitsSource"] = RecordText.Of(RunSources.Known(one.Low ?? one.High ?? one.NominalLow ?? one.NominalHigh, ClaimSource.Entered)),
        ["source"] = RecordText.Of(ClaimSource.Measured),
    };

    private static JsonObject Intent(Intent one) => new()
    {
        ["purpose"] = one.Purpose,
        ["start"] = one.StartAddress,
        ["bytes"] = one.LengthBytes,
        ["source"] = RecordText.Of(ClaimSource.Intended),
    };

    private static JsonObject Artifact(Artifact one) => new()
    {
        ["kind"] = one.Kind,
        ["sha256"] = one.Sha256,
        ["bytes"] = one.Bytes,
        ["note"] = one.Note,
        ["source"] = RecordText.Of(ClaimSource.Readback),
    };

    private static JsonObject Claim(Claim one) => new() { ["name"] = one.Name, ["value"] = one.Value, ["source"] = RecordText.Of(one.Source) };

    /// <summary>JSON has no word for what is not a number: null, and <c>notFinite</c> beside it says which.</summary>
    private static double? Number(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}

using System.Text.Json.Nodes;

namespace ProvisionStation.Records.Journal;

/// <summary>What is hashed of a closed run: its closing, and a digest of everything that belongs to it.</summary>
/// <remarks>
/// The closing record is an object with the keys of <see cref="Of"/>, in the form of <see cref="CanonicalJson"/>. Under <c>lot</c>, <c>opening</c>, <c>unit</c>,
/// <c>steps</c> (with their measurements), <c>intents</c>, <c>artifacts</c> and <c>claims</c> stands the SHA-256 of that part, in the same form, so
/// that a changed row anywhere in the run shows. <c>previous</c> is the hash of the closing record before it, 64 zeros for the first. The run's own
/// hash is the SHA-256 of the whole object. Times are UTC with 100 ns, durations are in ticks of 100 ns, measured numbers are text. The form is
/// kept for ever under its name: another one gets another name.
/// </remarks>
internal static class ClosingForm
{
    /// <summary>The previous hash of the first closing record.</summary>
    public static readonly string NoPrevious = new('0', 64);

    private const string Name = "provision-station/closing/1";

    /// <summary>The hash of a closed run.</summary>
    public static string Sha256Of(RunRecord run) => CanonicalJson.Sha256Of(Of(run));

    /// <summary>The closing record as it is hashed.</summary>
    public static JsonObject Of(RunRecord run)
    {
        RunClosing closing = run.Closing ?? throw new InvalidOperationException("the run is in progress");
        return new JsonObject
        {
            ["form"] = Name,
            ["sequence"] = run.Sequence!.Value,
            ["previous"] = run.PreviousSha256,
            ["run"] = run.Id.ToString(),
            ["station"] = run.Station.ToString(),
            ["closedAt"] = RowText.Of(run.ClosedAt!.Value),
            ["verdict"] = RecordText.Of(closing.Verdict),
            ["reason"] = closing.Reason,
            ["detail"] = closing.Detail,
            ["remedy"] = closing.Remedy,
            ["state"] = RecordText.Of(closing.State),
            ["backupSha256"] = closing.BackupSha256,
            ["durationTicks"] = closing.Duration.Ticks,
            ["shortBoots"] = (long)closing.ShortBoots,
            ["link"] = Link(closing.Link),
            ["lot"] = CanonicalJson.Sha256Of(Lot(run)),
            ["opening"] = CanonicalJson.Sha256Of(Opening(run)),
            ["unit"] = CanonicalJson.Sha256Of(Unit(run)),
            ["steps"] = Digest(run.Steps, Step),
            ["intents"] = Digest(run.Intents, Intent),
            ["artifacts"] = Digest(run.Artifacts, Artifact),
            ["claims"] = Digest(run.Claims, Claim),
        };
    }

    /// <summary>The link statistics by name.</summary>
    public static JsonObject Link(IReadOnlyDictionary<string, long> link) =>
        new(link.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));

    private static string Digest<T>(IReadOnlyList<T> items, Func<T, JsonObject> form) =>
        CanonicalJson.Sha256Of(new JsonArray([.. items.Select(form)]));

    private static JsonObject Lot(RunRecord run) => new()
    {
        ["lot"] = run.Opening.Lot,
        ["openedAt"] = run.LotOpening is { } lot ? RowText.Of(lot.OpenedAt) : null,
        ["recipe"] = run.LotOpening?.Recipe,
        ["recipeRevision"] = (long?)run.LotOpening?.RecipeRevision,
        ["recipeSha256"] = run.LotOpening?.RecipeSha256,
    };

    private static JsonObject Opening(RunRecord run) => new()
    {
        ["number"] = run.Number,
        ["startedAt"] = RowText.Of(run.StartedAt),
        ["lot"] = run.Opening.Lot,
        ["slot"] = (long)run.Opening.Slot,
        ["jig"] = run.Opening.Jig,
        ["jigRevision"] = (long)run.Opening.JigRevision,
        ["jigSha256"] = run.Opening.JigSha256,
        ["recipe"] = run.Opening.Recipe,
        ["recipeRevision"] = (long)run.Opening.RecipeRevision,
        ["recipeSha256"] = run.Opening.RecipeSha256,
        ["imageSha256"] = run.Opening.ImageSha256,
        ["imageVersion"] = run.Opening.ImageVersion,
        ["operator"] = run.Opening.Operator,
        ["program"] = run.Opening.Program,
    };

    private static JsonObject Unit(RunRecord run) => new()
    {
        ["unit"] = run.UnitId?.ToString(),
        ["mac"] = run.Marks?.Mac,
        ["macSource"] = run.Marks?.MacSource,
        ["chip"] = run.Marks?.Chip,
        ["chipId"] = run.Marks?.ChipId,
        ["flash"] = run.Marks?.FlashId,
        ["flashBytes"] = run.Marks?.FlashBytes,
        ["keyClass"] = run.Marks?.KeyClass,
        ["rfSha256"] = run.Marks?.RfSha256,
    };

    private static JsonObject Step(StepRecord step) => new()
    {
        ["step"] = step.Step,
        ["verdict"] = RecordText.Of(step.Verdict),
        ["reason"] = step.Reason,
        ["attempts"] = (long)step.Attempts,
        ["startedAt"] = RowText.Of(step.StartedAt),
        ["durationTicks"] = step.Duration.Ticks,
        ["detail"] = step.Detail,
        ["measurements"] = new JsonArray([.. step.Measurements.Select(Measurement)]),
    };

    private static JsonObject Measurement(Measurement one) => new()
    {
        ["name"] = one.Name,
        ["value"] = CanonicalJson.Number(one.Value),
        ["unit"] = one.Unit,
        ["low"] = CanonicalJson.Number(one.Low),
        ["high"] = CanonicalJson.Number(one.High),
        ["nominalLow"] = CanonicalJson.Number(one.NominalLow),
        ["nominalHigh"] = CanonicalJson.Number(one.NominalHigh),
        ["samples"] = (long)one.Samples,
        ["samplesPerSecond"] = CanonicalJson.Number(one.SamplesPerSecond),
        ["note"] = one.Note,
    };

    private static JsonObject Intent(Intent one) => new()
    {
        ["purpose"] = one.Purpose,
        ["start"] = (long)one.StartAddress,
        ["bytes"] = (long)one.LengthBytes,
    };

    private static JsonObject Artifact(Artifact one) => new()
    {
        ["kind"] = one.Kind,
        ["sha256"] = one.Sha256,
        ["bytes"] = one.Bytes,
        ["note"] = one.Note,
    };

    private static JsonObject Claim(Claim one) => new() { ["name"] = one.Name, ["value"] = one.Value, ["source"] = RecordText.Of(one.Source) };
}

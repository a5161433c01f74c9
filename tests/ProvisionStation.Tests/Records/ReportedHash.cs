using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Tests.Records;

/// <summary>Computes a run's hash from a JSON report and nothing else, as <c>docs/ledger.md</c> tells an auditor to.</summary>
internal static class ReportedHash
{
    public static string Of(JsonObject report, JsonObject run)
    {
        JsonObject record = Pick(
            run, "sequence", "run", "station", "closedAt", "verdict", "reason", "detail", "remedy", "state", "backupSha256", "durationTicks", "shortBoots", "link");
        record["form"] = "provision-station/closing/1";
        record["previous"] = run["previousSha256"]!.DeepClone();
        record["lot"] = CanonicalJson.Sha256Of(new JsonObject
        {
            ["lot"] = report["lot"]!.DeepClone(),
            ["openedAt"] = report["openedAt"]!.DeepClone(),
            ["recipe"] = report["recipe"]!["recipe"]!.DeepClone(),
            ["recipeRevision"] = report["recipe"]!["revision"]!.DeepClone(),
            ["recipeSha256"] = report["recipe"]!["sha256"]!.DeepClone(),
        });
        record["opening"] = CanonicalJson.Sha256Of(Pick(
            run, "number", "startedAt", "lot", "slot", "jig", "jigRevision", "jigSha256", "recipe", "recipeRevision", "recipeSha256", "imageSha256",
            "imageVersion", "operator", "program"));
        record["unit"] = CanonicalJson.Sha256Of(
            Pick(run, "unit", "mac", "macSource", "chip", "chipId", "flash", "flashBytes", "keyClass", "rfSha256"));
        record["steps"] = Digest(run["steps"]!, Step);
        record["intents"] = Digest(run["intents"]!, one => Pick(one, "purpose", "start", "bytes"));
        record["artifacts"] = Digest(run["artifacts"]!, one => Pick(one, "kind", "sha256", "bytes", "note"));
        record["claims"] = Digest(run["claims"]!, one => Pick(one, "name", "value", "source"));
        return CanonicalJson.Sha256Of(record);
    }

    private static JsonObject Step(JsonObject step)
    {
        JsonObject form = Pick(step, "step", "verdict", "reason", "attempts", "startedAt", "durationTicks", "detail");
        form["measurements"] = new JsonArray([.. step["measurements"]!.AsArray().Select(one => Measurement(one!.AsObject()))]);
        return form;
    }

    private static JsonObject Measurement(JsonObject one)
    {
        JsonObject form = Pick(one, "name", "unit", "samples", "note");
        form["value"] = (string?)one["notFinite"] ?? Text(one["value"]);
        foreach (string name in new[] { "low", "high", "nominalLow", "nominalHigh", "samplesPerSecond" })
            form[name] = Text(one[name]);
        return form;
    }

    private static string? Text(JsonNode? number) => number?.GetValue<JsonElement>().GetDouble().ToString("R", CultureInfo.InvariantCulture);

    private static string Digest(JsonNode items, Func<JsonObject, JsonObject> form) =>
        CanonicalJson.Sha256Of(new JsonArray([.. items.AsArray().Select(one => form(one!.AsObject()))]));

    private static JsonObject Pick(JsonObject from, params string[] names) =>
        new(names.Select(name => KeyValuePair.Create(name, from[name]?.DeepClone())));
}

using System.Globalization;
using ProvisionStation.Records;

namespace ProvisionStation.Demo;

/// <summary>Compares what the station found with what was planted.</summary>
internal static class DemoJudge
{
    private const string NotThisProduct = "not-this-product";

    /// <summary>Every difference, as one sentence; none where exactly the planted faults were caught.</summary>
    public static IReadOnlyList<string> Differences(IReadOnlyList<(string? Serial, RunRecord Run)> found)
    {
        ILookup<string, RunRecord> runs = found.Where(pair => pair.Serial is not null).ToLookup(pair => pair.Serial!, pair => pair.Run);
        HashSet<string> planted = [.. Crate.Units.Select(SerialOf)];
        IEnumerable<string> strangers = found
            .Where(pair => pair.Serial is null || !planted.Contains(pair.Serial))
            .Select(pair => $"a run in slot {pair.Run.Opening.Slot} on a plug that is not in the crate ({InWords(pair.Run.Closing!)})");
        return [.. Crate.Units.Select(unit => Difference(unit, [.. runs[SerialOf(unit)]])).OfType<string>(), .. strangers];
    }

    private static string? Difference(PlantedUnit unit, IReadOnlyList<RunRecord> runs)
    {
        string plug = $"plug {unit.Serial} ({unit.Fault ?? "healthy"})";
        if (runs.Count != 1)
            return $"{plug} had {runs.Count} runs instead of one";
        RunClosing closing = runs[0].Closing!;
        if (closing.Verdict != unit.Verdict || closing.Reason != unit.Reason)
            return $"{plug} should be {RecordText.Of(unit.Verdict)} {unit.Reason} and is {InWords(closing)}";
        if (closing.Verdict == Verdict.Pass && PinsOf(runs[0]) is var pins && pins != Crate.Pins)
            return $"{plug} passed with the pins {pins ?? "of nobody"} instead of {Crate.Pins}";
        if (unit.Reason == NotThisProduct && closing.State != UnitState.Untouched)
            return $"{plug} is of another product and was not stopped before the erase: {RecordText.Of(closing.State)}";
        string? opinion = runs[0].Claims.LastOrDefault(claim => claim.Name == "second-opinion")?.Value;
        if (opinion != unit.Opinion)
            return $"{plug} should have the second opinion {unit.Opinion ?? "of nobody"} and has {opinion ?? "none"}";
        return unit.HealsOnRetry && closing.Link.GetValueOrDefault("writeRetries") == 0
            ? $"{plug} passed, but no write retry was counted"
            : null;
    }

    private static string? PinsOf(RunRecord run) => run.Claims.LastOrDefault(claim => claim.Name == "fingerprint-pins")?.Value;

    private static string InWords(RunClosing closing) =>
        $"{RecordText.Of(closing.Verdict)} {closing.Reason}".TrimEnd() + $": {closing.Detail}";

    private static string SerialOf(PlantedUnit unit) => unit.Serial.ToString(CultureInfo.InvariantCulture);
}

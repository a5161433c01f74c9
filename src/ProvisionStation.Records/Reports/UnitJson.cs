using System.Text.Json.Nodes;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Reports;

/// <summary>A unit as JSON, for <c>units --json</c>. The verdict, reason, state and sequence are those of its last closed run; <c>leftState</c> is what the
/// last run left that changed anything.</summary>
public static class UnitJson
{
    /// <summary>The object.</summary>
    public static JsonObject Of(UnitRecord unit)
    {
        JsonObject json = new() { ["unit"] = unit.Id.ToString() };
        RunJson.AddMarks(json, unit.Marks);
        json["firstSeenAt"] = RowText.Of(unit.FirstSeenAt);
        json["runs"] = unit.Runs;
        json["lot"] = unit.LastLot;
        json["startedAt"] = RowText.Of(unit.LastStartedAt);
        json["sequence"] = unit.LastSequence;
        json["verdict"] = unit.LastVerdict is { } verdict ? RecordText.Of(verdict) : null;
        json["reason"] = unit.LastReason;
        json["state"] = unit.LastState is { } state ? RecordText.Of(state) : null;
        json["leftState"] = RecordText.Of(unit.LeftState);
        json["originalBackupSha256"] = unit.OriginalBackupSha256;
        json["sources"] = RunSources.ToJson(Sources(unit));
        return json;
    }

    private static IEnumerable<(string Name, ClaimSource Source)> Sources(UnitRecord unit) =>
    [
        ("unit", ClaimSource.Derived),
        .. RunSources.OfMarks(unit.Marks),
        ("firstSeenAt", ClaimSource.Measured),
        ("runs", ClaimSource.Derived),
        ("lot", ClaimSource.Entered),
        ("startedAt", ClaimSource.Measured),
        ("sequence", RunSources.Known(unit.LastSequence, ClaimSource.Derived)),
        ("verdict", RunSources.Known(unit.LastVerdict, ClaimSource.Derived)),
        ("reason", RunSources.Known(unit.LastReason, ClaimSource.Derived)),
        ("state", RunSources.Known(unit.LastState, ClaimSource.Derived)),
        ("leftState", ClaimSource.Derived),
        ("originalBackupSha256", RunSources.Known(unit.OriginalBackupSha256, ClaimSource.Readback)),
    ];
}

using System.Text.Json.Nodes;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Reports;

/// <summary>A unit as JSON, for <c>units --json</c>. The verdict, reason, state and sequence are those of its last closed run.</summary>
public static class UnitJson
{
    /// <summary>The object.</summary>
    public static JsonObject Of(UnitRecord unit)
    {
        JsonObject json = new() { ["unit"] = unit.Id.ToString() };
        RunJson.AddMarks(json, unit.Marks);
        json["firstSeenAt"] = RecordText.Of(unit.FirstSeenAt);
        json["runs"] = unit.Runs;
        json["lot"] = unit.LastLot;
        json["startedAt"] = RecordText.Of(unit.LastStartedAt);
        json["sequence"] = unit.LastSequence;
        json["verdict"] = unit.LastVerdict is { } verdict ? RecordText.Of(verdict) : null;
        json["reason"] = unit.LastReason;
        json["state"] = unit.LastState is { } state ? RecordText.Of(state) : null;
        return json;
    }
}

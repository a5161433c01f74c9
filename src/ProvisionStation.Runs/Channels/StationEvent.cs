using System.Text.Json.Nodes;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Runs.Channels;

/// <summary>Something that happened at the station. A PASS is told only after its record was committed and read back (law 2).</summary>
/// <param name="Name"><c>run.started</c>, <c>step.finished</c>, <c>run.finished</c> or <c>lot.finished</c>.</param>
/// <param name="Time">UTC wall clock.</param>
/// <param name="Station">The station's id.</param>
/// <param name="Lot">The lot.</param>
/// <param name="Slot">The slot; null for <c>lot.finished</c>.</param>
/// <param name="Run">The run; null for <c>lot.finished</c>.</param>
public abstract record StationEvent(string Name, DateTimeOffset Time, Guid Station, string Lot, int? Slot, Guid? Run)
{
    /// <summary>The event as the one-line JSON object that scripts read.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = new()
        {
            ["event"] = Name,
            ["time"] = Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["station"] = Station.ToString(),
            ["lot"] = Lot,
            ["slot"] = Slot,
            ["run"] = Run?.ToString(),
        };
        Add(json);
        return json;
    }

    private protected abstract void Add(JsonObject json);
}

/// <summary>A run was inserted; power comes on next.</summary>
public sealed record RunStarted(DateTimeOffset Time, Guid Station, string Lot, int? Slot, Guid? Run)
    : StationEvent("run.started", Time, Station, Lot, Slot, Run)
{
    private protected override void Add(JsonObject json)
    {
        // Nothing more is known yet.
    }
}

/// <summary>A step ended and is in the journal.</summary>
public sealed record StepFinished(DateTimeOffset Time, Guid Station, string Lot, int? Slot, Guid? Run, StepRecord Step)
    : StationEvent("step.finished", Time, Station, Lot, Slot, Run)
{
    private protected override void Add(JsonObject json)
    {
        json["step"] = Step.Step;
        json["verdict"] = RecordText.Of(Step.Verdict);
        json["reason"] = Step.Reason;
        json["attempts"] = Step.Attempts;
        json["seconds"] = Math.Round(Step.Duration.TotalSeconds, 3);
        json["detail"] = Step.Detail;
    }
}

/// <summary>A run was closed, committed and read back.</summary>
public sealed record RunFinished(DateTimeOffset Time, Guid Station, string Lot, int? Slot, Guid? Run, RunRecord Record)
    : StationEvent("run.finished", Time, Station, Lot, Slot, Run)
{
    private protected override void Add(JsonObject json)
    {
        RunClosing closing = Record.Closing!;
        json["sequence"] = Record.Sequence;
        json["verdict"] = RecordText.Of(closing.Verdict);
        json["reason"] = closing.Reason;
        json["detail"] = closing.Detail;
        json["remedy"] = closing.Remedy;
        json["state"] = RecordText.Of(closing.State);
        json["mac"] = Record.Marks?.Mac;
        json["chip"] = Record.Marks?.Chip;
        json["flash"] = Record.Marks?.FlashId;
        json["backupSha256"] = closing.BackupSha256;
        json["seconds"] = Math.Round(closing.Duration.TotalSeconds, 3);
    }
}

/// <summary>The station has ended its work on the lot.</summary>
public sealed record LotFinished(DateTimeOffset Time, Guid Station, string Lot, LotCounts Counts)
    : StationEvent("lot.finished", Time, Station, Lot, null, null)
{
    private protected override void Add(JsonObject json) => json["counts"] = new JsonObject
    {
        ["pass"] = Counts.Pass,
        ["fail"] = Counts.Fail,
        ["error"] = Counts.Error,
        ["aborted"] = Counts.Aborted,
    };
}

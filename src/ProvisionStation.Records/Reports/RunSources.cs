using System.Text.Json.Nodes;

namespace ProvisionStation.Records.Reports;

/// <summary>How each value of a run is known (law 6), by the name it has in reports.</summary>
internal static class RunSources
{
    /// <summary>The source of every value that stands directly in a run. A value that is not there was not readable or not reached:
    /// <c>notdone</c>.</summary>
    public static IReadOnlyList<(string Name, ClaimSource Source)> Of(RunRecord run)
    {
        RunClosing? closing = run.Closing;
        UnitMarks? marks = run.Marks;
        // The chip's own CRC over the image agreed once it is written; before that nobody has looked.
        // A backup that went back was read and compared, which is more.
        ClaimSource image = closing?.State switch
        {
            UnitState.Written or UnitState.Configured when !run.Intents.Any(intent => intent.Purpose == "rf-sector") => ClaimSource.Derived,
            UnitState.Restored when run.Claims.Any(claim => claim.Name == "restored" && claim.Value == run.Opening.ImageSha256) => ClaimSource.Readback,
            _ => ClaimSource.Intended,
        };
        // Read out of the image, or entered with the recipe: the step that looked says so.
        ClaimSource version = run.Claims.LastOrDefault(claim => claim.Name == "image-version")?.Source ?? ClaimSource.Intended;
        ClaimSource judged = Known(closing, ClaimSource.Derived);
        // Nobody saw how an interrupted run ended: its time is that of its last step, its link was not counted.
        ClaimSource seconds = closing?.Reason == "interrupted" ? ClaimSource.Derived : ClaimSource.Measured;
        return
        [
            ("run", ClaimSource.Derived),
            ("number", ClaimSource.Derived),
            ("station", ClaimSource.Derived),
            ("lot", ClaimSource.Entered),
            ("slot", ClaimSource.Entered),
            ("jig", ClaimSource.Entered),
            ("jigRevision", ClaimSource.Entered),
            ("jigSha256", ClaimSource.Derived),
            ("recipe", ClaimSource.Entered),
            ("recipeRevision", ClaimSource.Entered),
            ("recipeSha256", ClaimSource.Derived),
            ("imageSha256", image),
            ("imageVersion", version),
            ("operator", Known(run.Opening.Operator, ClaimSource.Entered)),
            ("program", ClaimSource.Derived),
            ("startedAt", ClaimSource.Measured),
            ("closedAt", Known(closing, ClaimSource.Measured)),
            ("unit", Known(run.UnitId, ClaimSource.Derived)),
            .. OfMarks(marks),
            ("verdict", judged),
            ("reason", Known(closing?.Reason, ClaimSource.Derived)),
            ("detail", judged),
            ("remedy", Known(closing?.Remedy, ClaimSource.Derived)),
            ("state", judged),
            ("backupSha256", Known(closing?.BackupSha256, ClaimSource.Readback)),
            ("seconds", Known(closing, seconds)),
            ("durationTicks", Known(closing, seconds)),
            ("shortBoots", judged),
            ("link", closing is { Link.Count: > 0 } ? ClaimSource.Measured : ClaimSource.NotDone),
            ("sequence", judged),
            ("previousSha256", judged),
            ("sha256", judged),
        ];
    }

    /// <summary>The sources of a unit's marks.</summary>
    public static IReadOnlyList<(string Name, ClaimSource Source)> OfMarks(UnitMarks? marks) =>
    [
        ("mac", Known(marks?.Mac, ClaimSource.Readback)),
        ("macSource", Known(marks?.MacSource, ClaimSource.Derived)),
        ("chip", Known(marks?.Chip, ClaimSource.Derived)),
        ("chipId", Known(marks?.ChipId, ClaimSource.Readback)),
        ("flash", Known(marks?.FlashId, ClaimSource.Readback)),
        ("flashBytes", Known(marks?.FlashBytes, ClaimSource.Derived)),
        ("keyClass", Known(marks?.KeyClass, ClaimSource.Derived)),
        ("rfSha256", Known(marks?.RfSha256, ClaimSource.Readback)),
    ];

    /// <summary>An object with a member for each value, saying how it is known.</summary>
    public static JsonObject ToJson(IEnumerable<(string Name, ClaimSource Source)> sources) =>
        new(sources.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)RecordText.Of(one.Source))));

    /// <summary>The source of a value that may not be there.</summary>
    public static ClaimSource Known(object? value, ClaimSource source) => value is null ? ClaimSource.NotDone : source;
}

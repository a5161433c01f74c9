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
        ClaimSource image = closing is { State: >= UnitState.Written } ? ClaimSource.Derived : ClaimSource.Intended;
        ClaimSource judged = Known(closing, ClaimSource.Derived);
        return
        [
            ("run", ClaimSource.Derived),
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
            ("imageVersion", image),
            ("operator", Known(run.Opening.Operator, ClaimSource.Entered)),
            ("program", ClaimSource.Derived),
            ("startedAt", ClaimSource.Measured),
            ("closedAt", Known(closing, ClaimSource.Measured)),
            ("unit", Known(run.UnitId, ClaimSource.Derived)),
            ("mac", Known(marks?.Mac, ClaimSource.Readback)),
            ("macSource", Known(marks?.MacSource, ClaimSource.Derived)),
            ("chip", Known(marks?.Chip, ClaimSource.Derived)),
            ("chipId", Known(marks?.ChipId, ClaimSource.Readback)),
            ("flash", Known(marks?.FlashId, ClaimSource.Readback)),
            ("flashBytes", Known(marks?.FlashBytes, ClaimSource.Derived)),
            ("keyClass", Known(marks?.KeyClass, ClaimSource.Derived)),
            ("rfSha256", Known(marks?.RfSha256, ClaimSource.Readback)),
            ("verdict", judged),
            ("reason", judged),
            ("detail", judged),
            ("remedy", judged),
            ("state", judged),
            ("backupSha256", Known(closing?.BackupSha256, ClaimSource.Readback)),
            ("seconds", Known(closing, ClaimSource.Measured)),
            ("shortBoots", judged),
            ("link", Known(closing, ClaimSource.Measured)),
            ("sequence", judged),
            ("previousSha256", judged),
            ("sha256", judged),
        ];
    }

    private static ClaimSource Known(object? value, ClaimSource source) => value is null ? ClaimSource.NotDone : source;
}

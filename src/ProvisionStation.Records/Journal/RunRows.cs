namespace ProvisionStation.Records.Journal;

/// <summary>A run with its unit and closing, as one row.</summary>
internal sealed record RunRow
{
    public long Number { get; init; }
    public string LotRecipe { get; init; } = "";
    public int LotRecipeRevision { get; init; }
    public string LotRecipeSha256 { get; init; } = "";
    public string? LotOpenedAt { get; init; }
    public string Id { get; init; } = "";
    public string Station { get; init; } = "";
    public string StartedAt { get; init; } = "";
    public string Lot { get; init; } = "";
    public int Slot { get; init; }
    public string Jig { get; init; } = "";
    public int JigRevision { get; init; }
    public string JigSha256 { get; init; } = "";
    public string Recipe { get; init; } = "";
    public int RecipeRevision { get; init; }
    public string RecipeSha256 { get; init; } = "";
    public string ImageSha256 { get; init; } = "";
    public string ImageVersion { get; init; } = "";
    public string? Operator { get; init; }
    public string Program { get; init; } = "";
    public string? UnitId { get; init; }
    public string? Mac { get; init; }
    public string? MacSource { get; init; }
    public string? Chip { get; init; }
    public string? ChipId { get; init; }
    public string? FlashId { get; init; }
    public long? FlashBytes { get; init; }
    public string? KeyClass { get; init; }
    public string? RfSha256 { get; init; }
    public long? Sequence { get; init; }
    public string? ClosedAt { get; init; }
    public string? Verdict { get; init; }
    public string? Reason { get; init; }
    public string? Detail { get; init; }
    public string? Remedy { get; init; }
    public string? State { get; init; }
    public string? BackupSha256 { get; init; }
    public long DurationTicks { get; init; }
    public int ShortBoots { get; init; }
    public string? Link { get; init; }
    public string? PreviousSha256 { get; init; }
    public string? Sha256 { get; init; }
}

internal sealed record StepRow
{
    public string Run { get; init; } = "";
    public long Number { get; init; }
    public string Step { get; init; } = "";
    public string Verdict { get; init; } = "";
    public string? Reason { get; init; }
    public int Attempts { get; init; }
    public string StartedAt { get; init; } = "";
    public long DurationTicks { get; init; }
    public string Detail { get; init; } = "";
}

internal sealed record MeasurementRow
{
    public string Run { get; init; } = "";
    public long Step { get; init; }
    public string Name { get; init; } = "";
    public double? Value { get; init; }
    public string Unit { get; init; } = "";
    public double? Low { get; init; }
    public double? High { get; init; }
    public double? NominalLow { get; init; }
    public double? NominalHigh { get; init; }
    public int Samples { get; init; }
    public double? SamplesPerSecond { get; init; }
    public string? Note { get; init; }
}

internal sealed record IntentRow
{
    public string Run { get; init; } = "";
    public string Purpose { get; init; } = "";
    public long StartAddress { get; init; }
    public long LengthBytes { get; init; }
}

internal sealed record ArtifactRow
{
    public string Run { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Sha256 { get; init; } = "";
    public long Bytes { get; init; }
    public string? Note { get; init; }
}

internal sealed record ClaimRow
{
    public string Run { get; init; } = "";
    public string Name { get; init; } = "";
    public string Value { get; init; } = "";
    public string Source { get; init; } = "";
}

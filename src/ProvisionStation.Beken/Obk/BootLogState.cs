namespace ProvisionStation.Beken.Obk;

/// <summary>What the log has told so far. All but the count of starts, version and chip is of the present start.</summary>
internal sealed record BootLogState
{
    public int Boots { get; init; }

    public string? Chip { get; init; }

    public string? Version { get; init; }

    public bool Radio { get; init; }

    /// <summary>How far the start before got: what a unit that restarts again and again has to be judged by.</summary>
    public bool RadioBefore { get; init; }

    public bool Complete { get; init; }

    public bool Rejected { get; init; }

    public int? ChangeCount { get; init; }

    public string? AccessPoint { get; init; }

    public bool Safe { get; init; }

    /// <summary>True between a loader's line and that of the application it starts.</summary>
    private bool AwaitsApplication { get; init; }

    public BootLogState LoaderStarted() => Next() with { AwaitsApplication = true };

    public BootLogState ApplicationStarted(string chip, string version) =>
        (AwaitsApplication ? this : Next()) with { Chip = chip, Version = version, AwaitsApplication = false };

    private BootLogState Next() => new() { Boots = Boots + 1, Chip = Chip, Version = Version, RadioBefore = Radio };
}

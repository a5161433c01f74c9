namespace ProvisionStation.Hosting;

/// <summary>What a person asked the station to do.</summary>
/// <param name="Jig">Path of the jig file.</param>
/// <param name="Recipe">Path of the recipe file.</param>
/// <param name="Lot">The lot.</param>
/// <param name="Operator">Who works; null: nobody said.</param>
/// <param name="Units">Ends after so many verdicts; null: never.</param>
/// <param name="Wait">Ends after so long without a run; null: never.</param>
/// <param name="DataFolder">Where records, backups and logs go.</param>
internal sealed record StationOrder(string Jig, string Recipe, string Lot, string? Operator, int? Units, TimeSpan? Wait, string DataFolder)
{
    /// <summary>True where the first article of the lot is approved without asking.</summary>
    public bool ApprovesFirst { get; init; }

    /// <summary>The backup that goes back into one unit; null for every order that converts.</summary>
    public RestoreRequest? Restore { get; init; }
}

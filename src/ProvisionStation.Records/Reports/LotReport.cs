using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Reports;

/// <summary>The one report model: a lot with all its runs, of one moment. Its counts are the journal's and add up.</summary>
/// <param name="Station">The station's id.</param>
/// <param name="WrittenAt">UTC wall clock of the report.</param>
/// <param name="Lot">The lot with its counts.</param>
/// <param name="Runs">Every run of the lot, oldest first.</param>
public sealed record LotReport(Guid Station, DateTimeOffset WrittenAt, LotRecord Lot, IReadOnlyList<RunRecord> Runs)
{
    /// <summary>Closing records of other lots between the lot's first and last: with them the chain has no gap.</summary>
    public IReadOnlyList<ForeignRecord> Foreign { get; init; } = [];

    /// <summary>The lot's units, in the order in which they were first met.</summary>
    public IReadOnlyList<LotUnit> Units { get; init; } = [];

    /// <summary>Runs that ended, or are, without a unit that could be recognised.</summary>
    public int Unidentified => Runs.Count(run => run.UnitId is null);

    /// <summary>How many units' last closed run in the lot ended so; null: none of their runs is closed.</summary>
    public int UnitsLast(Verdict? verdict) => Units.Count(unit => unit.LastVerdict == verdict);

    /// <summary>The sums in words, for example <c>4 runs = 1 pass + 1 fail + 0 error + 1 aborted + 1 open; 3 units = 1 last pass + 1 last fail
    /// + 0 last error + 0 last aborted + 1 open; 1 runs unidentified</c>.</summary>
    public string CountsInWords =>
        $"{Runs.Count} runs = {Lot.Counts.Pass} pass + {Lot.Counts.Fail} fail + {Lot.Counts.Error} error"
        + $" + {Lot.Counts.Aborted} aborted + {Lot.Counts.Open} open; "
        + $"{Units.Count} units = {UnitsLast(Verdict.Pass)} last pass + {UnitsLast(Verdict.Fail)} last fail + {UnitsLast(Verdict.Error)} last error"
        + $" + {UnitsLast(Verdict.Aborted)} last aborted + {UnitsLast(null)} open; {Unidentified} runs unidentified";

    /// <summary>Reads a lot from the journal.</summary>
    /// <param name="journal">May be open for reading only.</param>
    /// <param name="lot">Its name.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <exception cref="RecordsException">There is no such lot, the chain is broken, or the counts do not add up: the journal is damaged.</exception>
    public static async Task<LotReport> ReadAsync(RunJournal journal, string lot, CancellationToken cancel)
    {
        WholeLot whole = await journal.WholeLotAsync(lot, cancel)
            ?? throw new RecordsException(
                "record-lost", $"the journal has no lot {CleanText.Of(lot)}", "Look up its name with 'lots' or 'runs', and check --data.");
        LotReport report = new(journal.StationId, journal.Now, whole.Lot, whole.Runs) { Foreign = whole.Foreign, Units = LotUnit.Of(whole) };
        report.RequireSum();
        return report;
    }

    /// <summary>Counts the runs themselves: what the database counted must be what the report lists.</summary>
    private void RequireSum()
    {
        LotCounts counted = new(Count(Verdict.Pass), Count(Verdict.Fail), Count(Verdict.Error), Count(Verdict.Aborted), Count(null));
        int sum = counted.Pass + counted.Fail + counted.Error + counted.Aborted + counted.Open;
        if (counted != Lot.Counts || sum != Runs.Count)
        {
            throw new RecordsException(
                "record-lost", $"the counts of lot {Lot.Lot} do not add up: {CountsInWords}", "Keep the data folder as it is and report this.");
        }
    }

    private int Count(Verdict? verdict) => Runs.Count(run => run.Closing?.Verdict == verdict);
}

using ProvisionStation.Records.Journal;

namespace ProvisionStation.Records.Reports;

/// <summary>The one report model: a lot with all its runs, of one moment. Its counts are the journal's and add up.</summary>
/// <param name="Station">The station's id.</param>
/// <param name="WrittenAt">UTC wall clock of the report.</param>
/// <param name="Lot">The lot with its counts.</param>
/// <param name="Runs">Every run of the lot, oldest first.</param>
public sealed record LotReport(Guid Station, DateTimeOffset WrittenAt, LotRecord Lot, IReadOnlyList<RunRecord> Runs)
{
    /// <summary>Runs that were begun: everything that was received into a slot.</summary>
    public int Received => Runs.Count;

    /// <summary>The sum in words, for example <c>12 received = 8 pass + 3 fail + 1 error + 0 aborted + 0 open</c>.</summary>
    public string CountsInWords =>
        $"{Received} received = {Lot.Counts.Pass} pass + {Lot.Counts.Fail} fail + {Lot.Counts.Error} error"
        + $" + {Lot.Counts.Aborted} aborted + {Lot.Counts.Open} open";

    /// <summary>Reads a lot from the journal.</summary>
    /// <param name="journal">May be open for reading only.</param>
    /// <param name="lot">Its name.</param>
    /// <param name="cancel">Ends the work before it begins.</param>
    /// <exception cref="RecordsException">There is no such lot, or its counts do not add up: the journal is damaged.</exception>
    public static async Task<LotReport> ReadAsync(RunJournal journal, string lot, CancellationToken cancel)
    {
        (LotRecord found, IReadOnlyList<RunRecord> runs) = await journal.WholeLotAsync(lot, cancel)
            ?? throw new RecordsException(
                "record-lost", $"the journal has no lot {CleanText.Of(lot)}", "Look up its name with 'lots' or 'runs', and check --data.");
        LotReport report = new(journal.StationId, journal.Now, found, runs);
        report.RequireSum();
        return report;
    }

    /// <summary>Counts the runs themselves: what the database counted must be what the report lists.</summary>
    private void RequireSum()
    {
        LotCounts counted = new(Count(Verdict.Pass), Count(Verdict.Fail), Count(Verdict.Error), Count(Verdict.Aborted), Count(null));
        int sum = counted.Pass + counted.Fail + counted.Error + counted.Aborted + counted.Open;
        if (counted != Lot.Counts || sum != Received)
        {
            throw new RecordsException(
                "record-lost", $"the counts of lot {Lot.Lot} do not add up: {CountsInWords}", "Keep the data folder as it is and report this.");
        }
    }

    private int Count(Verdict? verdict) => Runs.Count(run => run.Closing?.Verdict == verdict);
}

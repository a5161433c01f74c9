using ProvisionStation.Live;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;

namespace ProvisionStation.Hosting;

/// <summary>Checks and copies the journal on schedule while a station works, through connections of its own: no slot waits for it.</summary>
/// <param name="dataFolder">The station's.</param>
/// <param name="isQuiet">True while no slot works on a unit.</param>
/// <param name="say">Told the result, in one sentence.</param>
/// <param name="clock">The clock of the schedule.</param>
internal sealed class JournalCare(string dataFolder, Func<bool> isQuiet, Action<string> say, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);
    private readonly JournalCopies _copies = new(dataFolder, clock);
    private RecordsException? _damage;

    /// <summary>Works until stopped, or until the journal is found damaged.</summary>
    /// <returns>What is wrong with the journal: the station must stop; null where it was only stopped.</returns>
    public async Task<RecordsException?> WatchAsync(CancellationToken stop)
    {
        try
        {
            return await WatchUntilDamageAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<RecordsException?> WatchUntilDamageAsync(CancellationToken stop)
    {
        JournalCopy? last = _copies.List() is [.., var newest] ? newest : null;
        long? closedThen = last is null ? null : await JournalCopies.ClosedInAsync(last, stop);
        (DateTimeOffset? lastAt, DateTimeOffset? dueSince) = (closedThen is null ? null : last!.TakenAt, null);
        TimeSpan wait = Look;
        while (true)
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (!CopySchedule.IsDue(now, lastAt, closedThen ?? 0, await _copies.ClosedNowAsync(stop)))
                dueSince = null;
            else if (isQuiet() || (now - (dueSince ??= now)).Duration() >= CopySchedule.QuietPatience)
                (wait, lastAt, closedThen, dueSince) = await CareAsync(lastAt, closedThen, stop);
            if (_damage is not null)
                return _damage;
            await Task.Delay(wait, clock, stop);
            wait = Look;
        }
    }

    /// <returns>How long to wait then, and what was taken last.</returns>
    private async Task<(TimeSpan Wait, DateTimeOffset? LastAt, long? ClosedThen, DateTimeOffset? DueSince)> CareAsync(
        DateTimeOffset? lastAt, long? closedThen, CancellationToken stop)
    {
        JournalLook journal = await JournalCopies.CheckAsync(dataFolder, stop);
        if (!journal.IsWhole)
        {
            _damage = new RecordsException(
                "record-lost", $"the journal {journal.File} is damaged: {journal.Problems[0]}", JournalCopies.BringBack);
            return (Look, lastAt, closedThen, null);
        }

        try
        {
            JournalLook copy = await _copies.TakeAsync(stop);
            say($"journal: whole; copied up to closing record {copy.Closed} to {copy.File}");
            return (Look, clock.GetUtcNow(), copy.Closed, null);
        }
        catch (RecordsException e)
        {
            // The records themselves are safe: the work goes on, and it is said again.
            say($"journal: whole, but not copied: {Sentence.Of(e.Message, e.Remedy)}");
            return (CopySchedule.Again, lastAt, closedThen, null);
        }
    }
}

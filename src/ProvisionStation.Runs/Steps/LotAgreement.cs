using System.Collections.Concurrent;
using ProvisionStation.Records;
using ProvisionStation.Records.Journal;
using ProvisionStation.Records.Ledger;

namespace ProvisionStation.Runs.Steps;

/// <summary>What the units of one lot share: the parts they must agree on, the approval of the first article, the rows that are in use.</summary>
/// <remarks>One for all slots of a station; safe for many channels at once.</remarks>
/// <param name="journal">Where it is kept.</param>
/// <param name="lot">The lot.</param>
/// <param name="confirm">Asks a person yes or no; null where nobody can answer.</param>
/// <param name="approvesFirst">True where the first article is approved without asking, as far as its pins are certain.</param>
public sealed class LotAgreement(RunJournal journal, string lot, Func<string, CancellationToken, Task<bool?>> confirm, bool approvesFirst) : IDisposable
{
    private readonly ConcurrentDictionary<string, Guid> _rowsInUse = new();
    private readonly SemaphoreSlim _first = new(1, 1);

    /// <summary>The units that the slots work on now.</summary>
    public UnitsAtWork AtWork { get; } = new();

    /// <summary>True where the first article is approved without asking.</summary>
    public bool ApprovesFirst => approvesFirst;

    /// <summary>Values by part, as far as they are set.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(CancellationToken cancel) =>
        ByPart(await journal.LotReferencesAsync(lot, cancel));

    /// <summary>Sets what is not set yet.</summary>
    /// <returns>Values by part as they are now.</returns>
    public async Task<IReadOnlyDictionary<string, string>> SetAsync(
        Guid run, string approval, IReadOnlyList<(string Part, string Value)> parts, CancellationToken cancel) =>
        ByPart(await journal.SetLotReferencesAsync(lot, run, approval, parts, cancel));

    /// <summary>Records that the first article's map was approved by somebody, not by the recipe or by an earlier unit.</summary>
    public Task OverrideAsync(Guid run, string by, string? operatorName, string map, CancellationToken cancel) => journal.RecordFactAsync(
        new LedgerFact(FactKinds.Override, lot, new Dictionary<string, string?>
        {
            ["what"] = "first article",
            ["by"] = by,
            ["operator"] = operatorName,
            ["run"] = run.ToString(),
            ["pins"] = map,
        }),
        cancel);

    /// <summary>Asks a person.</summary>
    /// <returns>Null where nobody can answer.</returns>
    public Task<bool?> ConfirmAsync(string question, CancellationToken cancel) => confirm(question, cancel);

    /// <summary>Does something while no other slot's unit can become the first article.</summary>
    public async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        await _first.WaitAsync(cancel);
        try
        {
            return await work();
        }
        finally
        {
            _first.Release();
        }
    }

    /// <summary>Takes the row of a MAC for one unit; a row is used once over the runs of the lot that pass.</summary>
    /// <returns>Null where it is free or already this unit's; otherwise why not, as one sentence.</returns>
    public async Task<string?> TakeRowAsync(string mac, Guid unit, CancellationToken cancel)
    {
        if (_rowsInUse.GetOrAdd(mac, unit) != unit)
            return $"another unit with MAC {mac} is being worked on in another slot";
        IReadOnlyList<RunRecord> passed = await journal.RunsAsync(new RunQuery(Lot: lot, Mac: mac, Verdict: Verdict.Pass, Most: 100), cancel);
        return passed.FirstOrDefault(run => run.UnitId != unit) is { } other ? $"its row was used by another unit with the same MAC, in run {other.Id}" : null;
    }

    /// <summary>Ends the use of a row by a unit whose run is closed.</summary>
    public void ReleaseRow(string mac, Guid unit) => _rowsInUse.TryRemove(KeyValuePair.Create(mac, unit));

    /// <inheritdoc />
    public void Dispose() => _first.Dispose();

    private static Dictionary<string, string> ByPart(IReadOnlyList<LotReference> references) => references.ToDictionary(one => one.Part, one => one.Value);
}

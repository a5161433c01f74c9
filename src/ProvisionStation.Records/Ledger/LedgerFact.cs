namespace ProvisionStation.Records.Ledger;

/// <summary>Something that was done or happened, as it is given to the ledger.</summary>
/// <param name="Kind">One of <see cref="FactKinds"/>: lower-case letters and hyphens.</param>
/// <param name="Subject">What it is about: a run, a unit, a lot, a slot. At least one letter.</param>
/// <param name="Body">What is told of it, as text by name; never a secret. Null is "not known".</param>
public sealed record LedgerFact(string Kind, string Subject, IReadOnlyDictionary<string, string?> Body)
{
    /// <summary>What is told of it, null where that name is not there.</summary>
    public string? this[string name] => Body.GetValueOrDefault(name);
}

namespace ProvisionStation.Records;

/// <summary>The station cannot keep its records: the disk is full or read-only, the database or the vault is damaged. No unit may be touched then.</summary>
/// <param name="reason"><c>vault-full</c> or <c>record-lost</c>.</param>
/// <param name="what">What happened, and where, as one sentence.</param>
/// <param name="remedy">What the operator does next, as one imperative sentence.</param>
/// <param name="inner">What the system said.</param>
public sealed class RecordsException(string reason, string what, string remedy, Exception? inner = null) : Exception(what, inner)
{
    /// <summary>The fixed word of the record.</summary>
    public string Reason { get; } = reason;

    /// <summary>What the operator does next, as one imperative sentence.</summary>
    public string Remedy { get; } = remedy;

    /// <summary>True where nothing is lost and no disk is at fault: another data folder, or another moment, was meant.</summary>
    public bool IsWrongUse { get; init; }
}

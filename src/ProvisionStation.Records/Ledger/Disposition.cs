namespace ProvisionStation.Records.Ledger;

/// <summary>What a person decided about a unit.</summary>
/// <param name="Unit">Our own unit id.</param>
/// <param name="Word">One of <see cref="Words"/>.</param>
/// <param name="Reason">Why, in the person's words.</param>
/// <param name="Operator">Who decided.</param>
/// <param name="At">UTC wall clock.</param>
/// <param name="Sequence">The fact's number.</param>
public sealed record Disposition(Guid Unit, string Word, string Reason, string Operator, DateTimeOffset At, long Sequence)
{
    /// <summary>It must not be worked on until it is released.</summary>
    public const string Quarantine = "quarantine";

    /// <summary><c>quarantine</c> and what may be decided instead. They are in ledgers that outlive the program: never rename one.</summary>
    public static IReadOnlyList<string> Words { get; } = [Quarantine, "release", "retest", "rework", "scrap", "restore"];

    internal static Disposition Of(RecordedFact fact) => new(
        Guid.Parse(fact.Subject),
        fact.Fact["as"] ?? throw new FormatException($"fact {fact.Sequence} of the ledger says no disposition"),
        fact.Fact["reason"] ?? "",
        fact.Fact["operator"] ?? "",
        fact.At,
        fact.Sequence);

    /// <summary>The fact to record.</summary>
    /// <exception cref="ArgumentException">The word is none of <see cref="Words"/>.</exception>
    public static LedgerFact Fact(Guid unit, string word, string reason, string operatorName) => Words.Contains(word)
        ? new LedgerFact(FactKinds.Disposition, unit.ToString(), new Dictionary<string, string?> { ["as"] = word, ["reason"] = reason, ["operator"] = operatorName })
        : throw new ArgumentException($"'{word}' is no disposition: {string.Join(", ", Words)} are allowed", nameof(word));
}

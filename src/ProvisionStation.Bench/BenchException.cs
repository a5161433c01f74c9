namespace ProvisionStation.Bench;

/// <summary>The bench is at fault, not the unit: a port is gone, a meter is silent, a file cannot be read. Ends a run as ERROR.</summary>
/// <param name="reason">The fixed word of the record, for example <c>port-gone</c>; one of <see cref="BenchReasons"/>.</param>
/// <param name="what">What happened, and where, as one sentence.</param>
/// <param name="remedy">What the operator does next, as one imperative sentence.</param>
/// <param name="inner">What the operating system said, if it said anything.</param>
public sealed class BenchException(string reason, string what, string remedy, Exception? inner = null) : Exception(what, inner)
{
    /// <summary>The fixed word that goes into the record with the verdict ERROR.</summary>
    public string Reason { get; } = reason;

    /// <summary>What the operator does next, as one imperative sentence.</summary>
    public string Remedy { get; } = remedy;
}

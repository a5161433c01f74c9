namespace ProvisionStation.Beken.BootLoader;

/// <summary>Bytes that are no trace this program can read.</summary>
/// <param name="problem">What is wrong with them, as one sentence.</param>
/// <param name="remedy">What to do, as one imperative sentence.</param>
public sealed class TraceException(string problem, string remedy) : Exception(problem)
{
    /// <summary>What to do, as one imperative sentence.</summary>
    public string Remedy { get; } = remedy;
}

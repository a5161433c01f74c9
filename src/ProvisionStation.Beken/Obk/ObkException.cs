namespace ProvisionStation.Beken.Obk;

/// <summary>A configuration, pin or text that OpenBeken could not hold, as a person gave it.</summary>
/// <param name="problem">What is wrong, with the field, as one sentence. Holds no secret.</param>
/// <param name="remedy">What is allowed, as one sentence.</param>
public sealed class ObkException(string problem, string remedy) : Exception(problem)
{
    /// <summary>What is allowed, as one sentence.</summary>
    public string Remedy { get; } = remedy;
}

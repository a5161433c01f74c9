namespace ProvisionStation.Bench.Scpi;

/// <summary>An instrument answers, but not what it should. Becomes a <see cref="BenchException"/> that names the instrument.</summary>
internal sealed class ScpiException(string what) : Exception(what)
{
    /// <summary>True where question and answer are still in step, so that the connection is of use.</summary>
    public bool KeepsConnection { get; init; }
}

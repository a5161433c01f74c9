namespace ProvisionStation.Runs.Steps;

/// <summary>Progress that is told at once on the caller's thread: <see cref="Progress{T}"/> would post it and tell it late or out of order.</summary>
internal sealed class Teller(Action<long> tell) : IProgress<long>
{
    public void Report(long value) => tell(value);
}

using ProvisionStation.Bench.Scpi;

namespace ProvisionStation.Bench.Power;

/// <summary>One channel of a supply that speaks SCPI. Confirmed by the error queue.</summary>
internal sealed class ScpiSupply(ScpiInstrument instrument, string on, string off) : IPowerSupply
{
    public bool IsMechanical => false;

    public async ValueTask OnAsync(CancellationToken cancel) => await instrument.CommandAsync(on, BenchReasons.PowerLost, cancel);

    public async ValueTask OffAsync(CancellationToken cancel) => await instrument.CommandAsync(off, BenchReasons.PowerLost, cancel);
}

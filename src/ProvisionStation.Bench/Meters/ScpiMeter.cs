using ProvisionStation.Bench.Scpi;

namespace ProvisionStation.Bench.Meters;

/// <summary>One channel of an instrument that answers amperes.</summary>
internal sealed class ScpiMeter(ScpiInstrument instrument, string measure, int channel) : ICurrentMeter
{
    public string Description => $"scpi {instrument.Name} ({instrument.Identity}) channel {channel}";

    public async ValueTask<double> ReadMilliamperesAsync(CancellationToken cancel)
    {
        string answer = await instrument.QueryAsync(measure, BenchReasons.MeterLost, cancel);
        return ScpiAnswer.Milliamperes(answer) ?? throw new BenchException(
            BenchReasons.MeterLost,
            $"instrument {instrument.Name} answers '{ScpiAnswer.Printable(answer)}' to '{measure}', which is no current",
            "Compare the jig file's 'measure' with the instrument's manual: it must answer amperes.");
    }
}

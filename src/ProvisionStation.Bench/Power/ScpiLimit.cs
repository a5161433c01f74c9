using ProvisionStation.Bench.Scpi;

namespace ProvisionStation.Bench.Power;

/// <summary>The current limit of one channel of a supply that speaks SCPI.</summary>
internal sealed class ScpiLimit(ScpiInstrument instrument, string limited) : ICurrentLimit
{
    public async ValueTask<bool> IsLimitingAsync(CancellationToken cancel)
    {
        string answer = await instrument.QueryAsync(limited, BenchReasons.PowerLost, cancel);
        return ScpiAnswer.IsLimiting(answer) ?? throw new BenchException(
            BenchReasons.PowerLost,
            $"instrument {instrument.Name} answers '{ScpiAnswer.Printable(answer)}' to '{limited}', which does not say whether it is in current limit",
            "Compare the jig file's 'limited' with the instrument's manual: it must answer 1 or 0, ON or OFF, CC or CV.");
    }
}

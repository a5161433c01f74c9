using ProvisionStation.Bench.Jigs;
using ProvisionStation.Bench.Scpi;

namespace ProvisionStation.Bench.Meters;

/// <summary>A meter that a program reads; it prints for example <c>62.4 mA</c>.</summary>
internal sealed class ExecMeter(IReadOnlyList<string> measure, TimeProvider clock) : ICurrentMeter
{
    public string Description => $"exec {Path.GetFileName(measure[0])}";

    public async ValueTask<double> ReadMilliamperesAsync(CancellationToken cancel)
    {
        string printed = await ExecProgram.RunAsync(measure, BenchReasons.MeterLost, clock, cancel);
        return CurrentText.Milliamperes(printed) ?? throw new BenchException(
            BenchReasons.MeterLost,
            $"{measure[0]} prints '{ScpiAnswer.Printable(printed)}', which is no current",
            "It must print one number with A, mA or uA, for example  62.4 mA");
    }
}

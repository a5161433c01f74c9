using System.Globalization;
using ProvisionStation.Bench.Meters;

namespace ProvisionStation.Bench.Jigs;

/// <summary>Proves by its meter that a slot is off.</summary>
internal static class OffProof
{
    /// <summary>Off current that counts as nothing. Source: the station's design, section 5.</summary>
    private const double OffMilliamperes = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>For a meter that does not answer: time for a second question behind the first one's limit and pause.</summary>
    private static readonly TimeSpan PatienceWithSilence = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for at most 1 mA, at most 1 s.</summary>
    /// <param name="meter">The slot's.</param>
    /// <param name="slot">Its number.</param>
    /// <param name="stillOn">Told where it is not proven.</param>
    /// <param name="clock">The clock of the limit.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="BenchException"><see cref="BenchReasons.PowerStuck"/>, or the meter is silent.</exception>
    public static async Task WaitAsync(ICurrentMeter meter, int slot, Action stillOn, TimeProvider clock, CancellationToken cancel)
    {
        long started = clock.GetTimestamp();
        while (true)
        {
            double? milliamperes = null;
            BenchException? fault = null;
            try
            {
                milliamperes = await meter.ReadMilliamperesAsync(cancel);
            }
            catch (BenchException e)
            {
                fault = e; // one lost answer; the meter is asked again
            }

            if (milliamperes <= OffMilliamperes)
                return;
            if (clock.GetElapsedTime(started) >= (fault is null ? Patience : PatienceWithSilence))
            {
                stillOn();
                throw fault ?? new BenchException(
                    BenchReasons.PowerStuck,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"slot {slot} still draws {milliamperes:0.0} mA {Patience.TotalSeconds:0} s after it was switched off"),
                    "Switch the supply off by hand and check the slot's power switch and its wiring.");
            }

            await Task.Delay(Pause, clock, cancel);
        }
    }
}

using ProvisionStation.Simulator.Faults;

namespace ProvisionStation.Simulator.Modules;

/// <summary>What a unit draws at 3.3 V, as a meter that averages some ten milliseconds shows it.</summary>
/// <remarks>Sources: instruments sheet sections 4.2 to 4.4 and OpenBeken sheet section 10 (AP up 50 to 80 mA on N, RX alone 104 on T, not
/// booting about 1,
/// stalled 8 to 40, transmit peaks 180 to 305). Loader and flash work are estimates: no value is published.</remarks>
internal sealed class CurrentShape(ModuleFacts chip, FaultSet faults, Random dice)
{
    public const double ShortMilliamperes = 3000;

    /// <summary>The current now.</summary>
    /// <param name="phase">What the unit does.</param>
    /// <param name="flashWorks">True while the flash erases or programs.</param>
    public double Milliamperes(UnitPhase phase, bool flashWorks) => phase switch
    {
        UnitPhase.Off or UnitPhase.Open => 0,
        UnitPhase.Shorted => ShortMilliamperes,
        UnitPhase.Loader => flashWorks ? Around(40, 8) : Around(25, 2),
        UnitPhase.Stalled => Around(15, 0.8),
        UnitPhase.Dead => Around(1, 0.1),
        _ => Application(phase),
    };

    private double Application(UnitPhase phase)
    {
        if (faults.Has(FaultKind.OverCurrent))
            return Around(260, 5);
        if (faults.Has(FaultKind.CurrentHigh))
            return Around(160, 4);
        if (faults.Has(FaultKind.CurrentLow))
            return Around(chip.UpMilliamperes > 80 ? 42 : 32, 1.5);
        double idle = phase == UnitPhase.Booting ? 75 : chip.UpMilliamperes - 2;
        return dice.Next(phase == UnitPhase.Booting ? 25 : 60) == 0 ? Around(230, 50) : Around(idle, phase == UnitPhase.Booting ? 15 : 5);
    }

    private double Around(double middle, double spread) => middle + (((2 * dice.NextDouble()) - 1) * spread);
}

namespace ProvisionStation.Simulator.Instruments;

/// <summary>What a supply can do to one of its channels.</summary>
internal interface ISupplyChannel
{
    /// <summary>True while it gives power.</summary>
    bool IsOn { get; }

    /// <summary>Set point, V.</summary>
    double Volts { get; }

    /// <summary>Current limit, A.</summary>
    double LimitAmperes { get; set; }

    void Switch(bool on, long now);

    void SetVolts(double volts, long now);

    /// <summary>Amperes and volts at its clamps.</summary>
    (double Amperes, double Volts) Measure(long now);

    /// <summary>True while what it feeds wants more than the current limit.</summary>
    bool IsLimiting(long now);
}

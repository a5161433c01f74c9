namespace ProvisionStation.Live;

/// <summary>Law 11, as the first thing a person reads.</summary>
internal static class LowVoltage
{
    public const string Warning =
        "Low voltage only: every slot feeds 3.3 V or 5 V from an isolated supply. Never connect mains to a unit that is on a UART.";
}

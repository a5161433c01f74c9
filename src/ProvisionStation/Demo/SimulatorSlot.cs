namespace ProvisionStation.Demo;

/// <summary>A slot of the virtual bench.</summary>
/// <param name="Number">The slot's number, also its channel of the supply.</param>
/// <param name="Port">Device path of the unit's UART1.</param>
/// <param name="Log">Device path that listens to its TX2.</param>
internal sealed record SimulatorSlot(int Number, string Port, string Log);

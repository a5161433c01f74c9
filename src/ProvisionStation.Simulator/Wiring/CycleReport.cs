namespace ProvisionStation.Simulator.Wiring;

/// <summary>What was done to a unit between power on and power off.</summary>
/// <param name="WasLinked">Its loader was linked.</param>
/// <param name="Reads">4 KiB reads.</param>
/// <param name="Touches">Erases and programmed pages.</param>
/// <param name="Starts">Starts of an application.</param>
internal sealed record CycleReport(bool WasLinked, int Reads, int Touches, int Starts);

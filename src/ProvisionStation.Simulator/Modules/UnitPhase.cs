namespace ProvisionStation.Simulator.Modules;

/// <summary>What a unit is doing.</summary>
internal enum UnitPhase
{
    Off,
    Loader,
    Booting,
    Up,
    Stalled,
    Dead,
    Shorted,
    Open,
}

namespace ProvisionStation.Simulator.Faults;

/// <summary>What follows a fault's word.</summary>
internal enum FaultValue
{
    None,
    Address,
    BitRate,
}

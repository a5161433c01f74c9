namespace ProvisionStation.Simulator.Firmware;

/// <summary>The chips that a virtual unit can be. N, T and M are BK7231N, BK7231T and BK7231M; U is BK7231U.</summary>
internal enum SimChip
{
    N,
    T,
    M,
    U,
    Bk7238,
    Bk7252,
}

namespace ProvisionStation.Simulator.Firmware;

/// <summary>What the chip finds at logical 0x10000.</summary>
/// <param name="IsBootable">The chip would run it to its end.</param>
/// <param name="IsOpenBeken">It names itself OpenBeken, whether it runs or not.</param>
/// <param name="Version">The OpenBeken release, such as <c>1.18.299</c>; null for any other firmware.</param>
/// <param name="Chip">The build that OpenBeken names, such as <c>BK7231N</c>; null for any other firmware.</param>
/// <param name="WhyNot">Why it does not run, for a person; null when it does.</param>
internal sealed record Application(bool IsBootable, bool IsOpenBeken, string? Version, string? Chip, string? WhyNot);

using ProvisionStation.Beken.Obk;

namespace ProvisionStation.Runs.Recipes;

/// <summary>What one unit's configuration takes from outside the recipe.</summary>
/// <param name="Pins">The unit's own pins; null where the recipe or a template gives them.</param>
/// <param name="Row">Its row of the table of units; null where there is none.</param>
/// <param name="Startup">The start-up command that belongs to its own pins, for a recipe that has none; empty: none.</param>
/// <param name="Found">The configuration found on it; null where there was none. Holds secrets, never logged.</param>
public sealed record UnitSources(IReadOnlyDictionary<int, ObkPin>? Pins, UnitRow? Row, ObkConfig? Found, string Startup = "");

namespace ProvisionStation.Runs.Recipes;

/// <summary>What one unit is to be called; null: the recipe decides.</summary>
/// <param name="Mac">Twelve upper-case hex digits.</param>
/// <param name="ShortName">Short name.</param>
/// <param name="LongName">Long name, which is the access point's name.</param>
/// <param name="MqttClient">Client id and base topic.</param>
/// <param name="Startup">Start-up command.</param>
/// <param name="Line">One-based line in the file.</param>
public sealed record UnitRow(string Mac, string? ShortName, string? LongName, string? MqttClient, string? Startup, int Line);

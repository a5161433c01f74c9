namespace ProvisionStation.Beken.Tuya;

/// <summary>The vendor's keys that a person can approve.</summary>
public static class TuyaPinKey
{
    /// <summary>True for a key that holds a pin, by the table or by its name, and for one that has a part in a start-up command.</summary>
    /// <param name="key">As it stands in <c>user_param_key</c>; in a key of the table case counts.</param>
    public static bool IsOne(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Contains("pin", StringComparison.OrdinalIgnoreCase) || TuyaRule.All.Any(rule =>
            (rule.GivesRole || rule.IsUnmapped || rule.Role == "(currents)" || rule.Role.StartsWith("(command ", StringComparison.Ordinal))
            && rule.Matches(key) is not null);
    }
}

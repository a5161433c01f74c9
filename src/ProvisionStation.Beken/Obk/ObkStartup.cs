namespace ProvisionStation.Beken.Obk;

/// <summary>What a start-up command can change in the configuration.</summary>
/// <remarks>
/// Source: the console commands of OpenBK7231T_App 1.18.299, src/cmnds. Commands also stand behind <c>backlog</c>, event handlers and
/// quotes, so every word counts, wherever it stands: too many fields are better explained here than a good unit failed.
/// </remarks>
public static class ObkStartup
{
    private static readonly Dictionary<string, string[]> Commands = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SetPinRole"] = ["pins"],
        ["SetPinChannel"] = ["pins"],
        ["SetChannelType"] = ["pins.channelTypes"],
        ["SetStartValue"] = ["startChannelValues"],
        ["SetFlag"] = ["genericFlags", "genericFlags2"],
        ["Flags"] = ["genericFlags", "genericFlags2"],
        ["StartupCommand"] = ["initCommandLine"],
        ["ShortName"] = ["shortDeviceName"],
        ["FriendlyName"] = ["longDeviceName"],
        ["SSID1"] = ["wifi_ssid"],
        ["Password1"] = ["wifi_pass"],
        ["MqttHost"] = ["mqtt_host"],
        ["MqttUser"] = ["mqtt_userName"],
        ["MqttPassword"] = ["mqtt_pass"],
        ["MqttClient"] = ["mqtt_clientId"],
        ["MqttGroup"] = ["mqtt_group"],
        ["ClearIO"] = ["pins", "pins.channelTypes", "startChannelValues"],
        ["FullBootTime"] = ["timeRequiredToMarkBootSuccessfull"],
        ["lfs_size"] = ["LFS_Size"],
    };

    private static readonly char[] Separators = [' ', '\t', '\r', '\n', ';', '\\', '"', '\'', ','];

    /// <summary>The firmware's names of the fields that a start-up command can change, as <see cref="ObkConfigDiff"/> names them. Unknown commands change nothing we accept.</summary>
    public static IReadOnlySet<string> FieldsSetBy(string startupCommand)
    {
        ArgumentNullException.ThrowIfNull(startupCommand);
        return startupCommand.Split(Separators, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(word => Commands.TryGetValue(word, out string[]? fields) ? fields : [])
            .ToHashSet(StringComparer.Ordinal);
    }
}

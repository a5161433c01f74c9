namespace ProvisionStation.Beken.Tuya;

/// <summary>What a pin does, in the words a person knows from the flash tool.</summary>
public static class PinWords
{
    /// <summary>For example <c>Relay (channel 1) on P26</c>.</summary>
    public static string Of(TuyaPin pin)
    {
        ArgumentNullException.ThrowIfNull(pin);
        bool isInverted = pin.Role.EndsWith("_n", StringComparison.Ordinal) && pin.Role != "WifiLED_n";
        string level = isInverted ? ", inverted" : pin.Role == "WifiLED" ? ", lit when high" : "";
        return (isInverted || pin.Role == "WifiLED_n" ? pin.Role[..^2] : pin.Role) switch
        {
            "Btn_Tgl_All" => $"Pair/Toggle All Button on P{pin.Pin}{level}",
            "WifiLED" => $"WiFi LED on P{pin.Pin}{level}",
            "TglChanOnTgl" => $"TglChannelToggle (channel {pin.Channel}) on P{pin.Pin}{level}",
            "Rel" => $"Relay (channel {pin.Channel}) on P{pin.Pin}{level}",
            "Btn" => $"Button (channel {pin.Channel}) on P{pin.Pin}{level}",
            "LED" => $"LED (channel {pin.Channel}) on P{pin.Pin}{level}",
            "PWM" => $"PWM (channel {pin.Channel}) on P{pin.Pin}{level}",
            "dInput" => $"Input (channel {pin.Channel}) on P{pin.Pin}{level}",
            var role => $"{role} (channel {pin.Channel}) on P{pin.Pin}{level}",
        };
    }
}

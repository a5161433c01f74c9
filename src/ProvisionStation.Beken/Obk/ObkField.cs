namespace ProvisionStation.Beken.Obk;

/// <summary>One field of the struct.</summary>
/// <param name="Name">The firmware's own name.</param>
/// <param name="Offset">Bytes from the start of the struct.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Kind">How to read them.</param>
internal sealed record ObkField(string Name, int Offset, int Length, ObkFieldKind Kind)
{
    /// <summary>True for passwords, which leave this program only where a person asks for them.</summary>
    internal bool IsSecret => Name is "wifi_pass" or "wifi_pass2" or "mqtt_pass" or "webPassword";

    /// <summary>Most bytes a text may have. The first Wi-Fi password may fill its field: 64 hex digits need no terminator.</summary>
    internal int TextLimitBytes => Name == "wifi_pass" ? Length : Length - 1;
}

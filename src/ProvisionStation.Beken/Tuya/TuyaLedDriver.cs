namespace ProvisionStation.Beken.Tuya;

/// <summary>LED driver chips on an I2C bus, by the vendor's number.</summary>
/// <remarks>Source: upk2esphome, parts/bulb.py, for the chip numbers of <c>dmod</c>.</remarks>
internal static class TuyaLedDriver
{
    /// <summary>Role by the chip number, for a text without any current key; null where the number names no I2C chip.</summary>
    public static string? RoleByChip(int? dmod, string key)
    {
        (string Data, string Clock)? roles = dmod switch
        {
            2 or 3 or 4 => ("SM2135DAT", "SM2135CLK"),
            5 => ("BP1658CJ_DAT", "BP1658CJ_CLK"),
            6 => ("BP5758D_DAT", "BP5758D_CLK"),
            7 => ("SM2235DAT", "SM2235CLK"),
            _ => null,
        };
        return key == "iicsda" ? roles?.Data : roles?.Clock;
    }
}

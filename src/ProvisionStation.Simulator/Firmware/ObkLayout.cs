namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// Offsets in OpenBeken's configuration (configuration sheet 2.1); where the BK7252 with its 48 pin slots differs, by chip (2.2).
/// </summary>
internal static class ObkLayout
{
    public const int Bytes = 3584;
    public const int OldBytes = 2016;
    public const int Crc = 0x003;
    public const int Version = 0x004;
    public const int Flags = 0x008;
    public const int ChangeCounter = 0x010;
    public const int Ssid = 0x014;
    public const int Password = 0x054;
    public const int MqttHost = 0x094;
    public const int MqttClientId = 0x194;
    public const int MqttUser = 0x1D4;
    public const int MqttPassword = 0x214;
    public const int MqttPort = 0x294;
    public const int WebApp = 0x298;
    public const int Mac = 0x2D8;
    public const int ShortName = 0x2DE;
    public const int LongName = 0x2FE;
    public const int Roles = 0x33E;
    public const int LedRemap = 0x537;
    public const int LedTable = 0x53C;
    public const int LedTableBytes = 24;
    public const int MqttGroup = 0x554;
    public const int BootSeconds = 0x597;
    public const int PingHost = 0x5A0;
    public const int StartupCommand = 0x5E0;
    public const int StartupCommandBytes = 1568;
    public const int Ssid2 = 0xC00;
    public const int Password2 = 0xC40;
    public const int WebPassword = 0xC84;

    public static int PinSlots(SimChip chip) => chip == SimChip.Bk7252 ? 48 : 32;

    public static int ChannelTypes(SimChip chip) => chip == SimChip.Bk7252 ? 0x3CE : 0x39E;

    public static int StartValues(SimChip chip) => chip == SimChip.Bk7252 ? 0x40E : 0x3DE;

    public static int NtpServer(SimChip chip) => chip == SimChip.Bk7252 ? 0x4A8 : 0x478;

    public static int Buttons(SimChip chip) => chip == SimChip.Bk7252 ? 0x4E8 : 0x4B8;
}

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// One boot of OpenBeken. Boot counters (EasyFlash) are not kept in flash: whoever calls decides on safe mode.
/// </summary>
internal sealed class ObkFirmware
{
    private const int HttpPinMonitorFlag = 13;
    private const int LongestSsid = 32;

    private ObkFirmware(ObkConfig config, bool isAccepted, int changeCount, bool isSafeMode)
    {
        ConfigAccepted = isAccepted;
        ChangeCount = changeCount;
        LongName = config.Text(ObkLayout.LongName, 64);
        Ssid = config.Text(ObkLayout.Ssid, 64);
        // A name longer than an SSID may be breaks the access point.
        OpensAccessPoint = (isSafeMode || Ssid.Length == 0) && LongName.Length is > 0 and <= LongestSsid;
    }

    /// <summary>The sector was loaded; otherwise it now holds defaults.</summary>
    public bool ConfigAccepted { get; }

    /// <summary>The number that the boot log prints: as loaded, before this boot saved anything; 1 where defaults were made.</summary>
    public int ChangeCount { get; }

    public string LongName { get; }

    public string Ssid { get; }

    public bool OpensAccessPoint { get; }

    /// <summary>Lines from the application's start to 30 s after power on, with CR LF; the loader's lines come before them.</summary>
    public IReadOnlyList<(double Second, byte[] Text)> Log { get; private init; } = [];

    public static IReadOnlyList<(double Second, byte[] Text)> VendorLog(SimChip chip) => OtherLogs.Vendor(chip);

    public static IReadOnlyList<(double Second, byte[] Text)> LoaderLines(SimChip chip) => OtherLogs.Loader(chip);

    /// <summary>Loads or rejects the configuration in <paramref name="flash"/> and leaves there what the firmware would.</summary>
    public static ObkFirmware Boot(Span<byte> flash, SimChip chip, string version, bool safeMode)
    {
        ChipFacts facts = ChipFacts.Of(chip);
        byte[] mac = DeviceMac(flash, chip, facts);
        Span<byte> sector = flash.Slice(facts.ConfigSector, ChipFacts.SectorBytes);
        ObkConfig? loaded = ObkConfig.Load(sector, chip, mac);
        ObkConfig config = loaded ?? ObkConfig.Default(chip, mac);
        if (loaded is null)
            config.Save(sector);

        ObkFirmware firmware = new(config, loaded is not null, config.ChangeCount, safeMode)
        {
            Log = new ObkBootLog(config, facts, version, safeMode, mac).Write(loaded is not null),
        };
        config.Flags &= ~(1ul << HttpPinMonitorFlag);
        if (!safeMode)
        {
            config.CompleteLedRemap();
            StartupCommands.Run(config.Text(ObkLayout.StartupCommand, ObkLayout.StartupCommandBytes), config, chip);
        }
        if (config.IsChanged)
            config.Save(sector);
        return firmware;
    }

    /// <summary>
    /// Without an RF sector every unit has the same MAC (configuration sheet 7): N makes it permanent by writing a sector of its own,
    /// T uses it without writing, the newer SDK has another one.
    /// </summary>
    private static byte[] DeviceMac(Span<byte> flash, SimChip chip, ChipFacts facts)
    {
        Span<byte> sector = flash.Slice(facts.RfSector, ChipFacts.SectorBytes);
        if (RfSector.Mac(sector) is { } mac)
            return mac;
        if (chip is not (SimChip.N or SimChip.M or SimChip.T))
            return [0xC8, 0x47, 0x8C, 0x42, 0x88, 0x48];
        byte[] placeholder = [0xC8, 0x47, 0x8C, 0x00, 0x00, 0x00];
        if (chip != SimChip.T)
            RfSector.Write(sector, chip, placeholder, 0);
        return placeholder;
    }
}

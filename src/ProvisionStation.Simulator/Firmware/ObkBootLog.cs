using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// What OpenBeken prints on TX2 in its first 30 s (configuration sheet 6), passwords in clear as it does. Seconds are from power on and
/// assumed: the sheet has the order and the ticks only. The air answers: a network and a broker that are asked for are there.
/// </summary>
internal sealed class ObkBootLog(ObkConfig config, ChipFacts facts, string version, bool isSafeMode, byte[] mac)
{
    private const int LastSecond = 30;
    private const int ConnectTick = 5;
    private const int ConnectAtOnceFlag = 37;

    private readonly List<(double Second, byte[] Text)> lines = [];
    private readonly string longName = config.Text(ObkLayout.LongName, 64);
    private readonly string ssid = config.Text(ObkLayout.Ssid, 64);

    private bool IsAccessPoint => isSafeMode || ssid.Length == 0;

    public IReadOnlyList<(double Second, byte[] Text)> Write(bool isAccepted)
    {
        WriteStart();
        WriteConfigState(isAccepted);
        WriteDelay();
        WriteAfterDelay();
        WriteTicks();
        // A stable sort: lines of one moment stay in their order.
        return [.. lines.OrderBy(line => line.Second)];
    }

    private void WriteStart()
    {
        Add(0.30, "bk_misc_init_start_type 0 0");
        Add(0.31, "prvHeapInit-start addr:0x412b30, size:119504");
        Add(0.33, "[Flash]id:0xeb6015");
        Add(0.35, "sctrl_sta_ps_init");
        Add(0.36, "cset:0 0 0 0");
        Add(0.45, $"Open{facts.Name}, version {version}");
        Add(0.46, "Entering initLog()...");
        Add(0.47, "Commands registered!");
        Add(0.47, "initLog() done!");
    }

    private void WriteConfigState(bool isAccepted)
    {
        Add(0.50, "Info:MAIN:Main_Init_Before_Delay");
        if (isSafeMode)
            Add(0.52, "Info:MAIN:###### safe mode activated - boot failures 5");
        // The direct print is cut in two by the logger's task, as in real logs.
        string state = isAccepted
            ? $"Correct config has been loaded with {config.ChangeCount} changes count."
            : "Config crc or ident mismatch. Default config will be loaded.";
        Add(0.55, $"Main_Init_BeforWarn:CFG:CFG_InitAndLoad: {state}");
        Add(0.55, "e_Delay");
        if (isAccepted && config.FoundVersion < 3)
            Add(0.56, "Warn:CFG:CFG_InitAndLoad: Old config version found, updating to v3.");
        if (config.HasNewLedTable)
            Add(0.56, "Info:CFG:CFG_SetDefaultLEDCorrectionTable: setting defaults");
        Add(0.58, "Info:MAIN:Main_Init_Before_Delay done");
        Add(0.58, "Main_Init_Before_Delay done");
    }

    private void WriteDelay()
    {
        Add(0.60, "Info:MAIN:Main_Init_Delay");
        Add(0.60, "Main_Init_Delay");
        if (facts.Name != "BK7231T")
        {
            Add(0.62, "delaying start");
            Add(0.63, "[bk]tx_txdesc_flu#Startup delayed 0ms#");
            Add(0.63, "sh");
            for (int milliseconds = 20; milliseconds <= 240; milliseconds += 20)
                Add(0.63 + (milliseconds / 1000.0), $"#Startup delayed {milliseconds}ms#");
            Add(0.90, "starting....");
        }
        Add(0.92, "Info:MAIN:Main_Init_Delay done");
        if (isSafeMode)
            Add(0.92, "Info:MAIN:###### safe mode activated - boot failures 5");
        Add(0.92, "Main_Init_Delay done");
    }

    private void WriteAfterDelay()
    {
        Add(0.95, "Info:MAIN:Main_Init_After_Delay");
        Add(0.96, $"Info:MAIN:Using SSID [{ssid}]");
        Add(0.96, $"Info:MAIN:Using Pass [{config.Text(ObkLayout.Password, 64)}]");
        string client = config.Text(ObkLayout.MqttClientId, 64), group = config.Text(ObkLayout.MqttGroup, 64);
        foreach (string topic in (string[])[client, group])
        {
            Add(1.00, $"Info:MQTT:MQTT_RegisterCallback called for bT {topic}/ subT {topic}/+/set");
            Add(1.01, $"Info:MQTT:MQTT_RegisterCallback called for bT cmnd/{topic}/ subT cmnd/{topic}/+");
        }
        Add(1.05, "Info:CMD:CMD_StartScript: failed to get file autoexec.bat");
        Add(1.10, "Info:MAIN:Main_Init_After_Delay done");
    }

    /// <summary>Tick n of the firmware's own second falls on second n + 1 from power on.</summary>
    private void WriteTicks()
    {
        bool isAtOnce = (config.Flags & (1ul << ConnectAtOnceFlag)) != 0;
        int connectTick = isAtOnce && !IsAccessPoint ? 1 : ConnectTick;
        int mqttTick = connectTick + 3;
        bool hasMqtt = !IsAccessPoint && config.Text(ObkLayout.MqttHost, 256).Length > 0;
        string prefix = isSafeMode ? "[SAFE] " : "";
        for (int tick = 1; tick < LastSecond; tick++)
        {
            int wifi = !IsAccessPoint && tick > connectTick + 1 ? 1 : 0, mqtt = hasMqtt && tick > mqttTick ? 1 : 0;
            Add(tick + 1, $"Info:MAIN:{prefix}Time {tick}, idle {186000 + (tick * 37 % 900)}/s, free {76000 - (tick * 8)}, "
                + $"MQTT {mqtt}({mqtt}), bWifi {wifi}, secondsWithNoPing -1, socks 3/21 ");
            if (tick % 10 == 0)
                WriteNetwork(tick + 1.2);
        }
        if (IsAccessPoint)
            WriteAccessPoint(connectTick + 1.05);
        else
            WriteStation(connectTick + 1.05);
        if (hasMqtt)
            WriteMqtt(mqttTick + 1.05);
        Add(config.BootSeconds + 1.15, $"Info:MAIN:Boot complete time reached ({config.BootSeconds} seconds)");
    }

    private void WriteAccessPoint(double second)
    {
        Add(second, "Info:MAIN:no flash configuration, use default");
        Add(second, "Info:MAIN:set ip info: 192.168.4.1,255.255.255.0,192.168.4.1");
        Add(second + 0.01, $"Info:MAIN:ssid:{longName} key: mode:0");
    }

    private void WriteStation(double second)
    {
        Add(second, "Info:MAIN:Registered for wifi changes");
        Add(second, $"Info:MAIN:Connecting to SSID [{ssid}]");
        Add(second + 0.05, "Info:MAIN:Main_OnWiFiStatusChange - WIFI_STA_CONNECTING - 1");
        Add(second + 1.20, "Info:MAIN:Main_OnWiFiStatusChange - WIFI_STA_CONNECTED - 4");
    }

    private void WriteMqtt(double second)
    {
        Add(second, $"Info:MQTT:mqtt_userName {config.Text(ObkLayout.MqttUser, 64)}");
        Add(second, $"mqtt_pass {config.Text(ObkLayout.MqttPassword, 128)}");
        Add(second, $"mqtt_clientID {config.Text(ObkLayout.MqttClientId, 64)}");
        Add(second, $"mqtt_host {config.Text(ObkLayout.MqttHost, 256)}:{config.MqttPort}");
    }

    private void WriteNetwork(double second)
    {
        string address = string.Join(':', mac.Select(part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        if (IsAccessPoint)
        {
            bool isUp = longName.Length is > 0 and <= 32;
            Add(second, $"Info:GEN:dhcp=0 ip=0.0.0.0 gate=0.0.0.0 mask=0.0.0.0 mac={address}");
            Add(second, $"Info:GEN:sta: 0, softap: {(isUp ? 1 : 0)}, b/g/n");
            if (!isUp)
                return;
            Add(second, $"Info:GEN:softap:ssid={longName},channel=1,dhcp=1,cipher_type:OPEN");
            Add(second, "Info:GEN:ip=192.168.4.1,gate=192.168.4.1,mask=255.255.255.0,dns=0.0.0.0");
            return;
        }
        Add(second, $"Info:GEN:dhcp=1 ip=192.168.1.77 gate=192.168.1.1 mask=255.255.255.0 mac={address}");
        Add(second, "Info:GEN:sta: 1, softap: 0, b/g/n");
        Add(second, $"Info:GEN:sta:rssi=-52,ssid={ssid},bssid=02:11:22:33:44:55,channel=6,cipher_type:CCMP");
    }

    private void Add(double second, string text) => lines.Add((second, Encoding.Latin1.GetBytes(text + "\r\n")));
}

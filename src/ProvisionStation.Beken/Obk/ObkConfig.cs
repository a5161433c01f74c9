using System.Buffers.Binary;

namespace ProvisionStation.Beken.Obk;

/// <summary>One OpenBeken configuration, version 5, as a unit keeps it.</summary>
/// <remarks>
/// The struct's own bytes are the store, so whatever an older release or a stale text left behind survives decoding and encoding.
/// Setters refuse what does not fit; <see cref="ObkConfigCodec.Check"/> tells what the firmware would rewrite.
/// Source of fields and defaults: OpenBK7231T_App 1.18.299, src/new_cfg.h and src/new_cfg.c.
/// </remarks>
public sealed class ObkConfig
{
    /// <summary>Length of the struct in bytes.</summary>
    public const int StructBytes = 3584;

    /// <summary>The version this program writes.</summary>
    public const int CurrentVersion = 5;

    private readonly byte[] content;

    internal ObkConfig(ChipModel chip, ObkLayout layout, byte[] content)
    {
        Chip = chip;
        Layout = layout;
        this.content = content;
    }

    /// <summary>The chip it is for; <see cref="ChipModel.Unknown"/> where neither the caller nor the names in it tell.</summary>
    public ChipModel Chip { get; }

    /// <summary>Where its fields lie.</summary>
    public ObkLayout Layout { get; }

    /// <summary>Counts saves; the boot log prints it. The first save of a fresh unit is 1.</summary>
    public ushort ChangeCounter
    {
        get => BinaryPrimitives.ReadUInt16LittleEndian(this["changeCounter"]);
        set => BinaryPrimitives.WriteUInt16LittleEndian(this["changeCounter"], value);
    }

    /// <summary>All 64 flags, flag 0 in the lowest bit.</summary>
    public ulong Flags
    {
        get => BinaryPrimitives.ReadUInt32LittleEndian(this["genericFlags"]) | (ulong)BinaryPrimitives.ReadUInt32LittleEndian(this["genericFlags2"]) << 32;
        set
        {
            BinaryPrimitives.WriteUInt32LittleEndian(this["genericFlags"], (uint)value);
            BinaryPrimitives.WriteUInt32LittleEndian(this["genericFlags2"], (uint)(value >> 32));
        }
    }

    /// <summary>Network to join; empty: the unit opens its own.</summary>
    public string WifiSsid { get => Text("wifi_ssid"); set => SetText("wifi_ssid", value); }

    /// <summary>Its password, up to 64 bytes. A secret.</summary>
    public string WifiPassword { get => Text("wifi_pass"); set => SetText("wifi_pass", value); }

    /// <summary>Second network.</summary>
    public string WifiSsid2 { get => Text("wifi_ssid2"); set => SetText("wifi_ssid2", value); }

    /// <summary>Its password, up to 67 bytes. A secret.</summary>
    public string WifiPassword2 { get => Text("wifi_pass2"); set => SetText("wifi_pass2", value); }

    /// <summary>Broker; empty: MQTT is off.</summary>
    public string MqttHost { get => Text("mqtt_host"); set => SetText("mqtt_host", value); }

    /// <summary>Broker's port.</summary>
    public int MqttPort { get => Int32("mqtt_port"); set => SetInt32("mqtt_port", value); }

    /// <summary>User at the broker.</summary>
    public string MqttUser { get => Text("mqtt_userName"); set => SetText("mqtt_userName", value); }

    /// <summary>Password at the broker. A secret.</summary>
    public string MqttPassword { get => Text("mqtt_pass"); set => SetText("mqtt_pass", value); }

    /// <summary>Client id and base topic.</summary>
    public string MqttClient { get => Text("mqtt_clientId"); set => SetText("mqtt_clientId", value); }

    /// <summary>Group topic.</summary>
    public string MqttGroup { get => Text("mqtt_group"); set => SetText("mqtt_group", value); }

    /// <summary>Short name.</summary>
    public string ShortName { get => Text("shortDeviceName"); set => SetText("shortDeviceName", value); }

    /// <summary>Long name: the name of the unit's own access point.</summary>
    public string LongName { get => Text("longDeviceName"); set => SetText("longDeviceName", value); }

    /// <summary>Commands run at every boot, up to 1567 bytes, possibly several lines.</summary>
    public string StartupCommand { get => Text("initCommandLine"); set => SetText("initCommandLine", value); }

    /// <summary>Web password; empty: none. A secret.</summary>
    public string WebPassword { get => Text("webPassword"); set => SetText("webPassword", value); }

    /// <summary>Where the unit's web page loads its application from.</summary>
    public string WebAppRoot { get => Text("webappRoot"); set => SetText("webappRoot", value); }

    /// <summary>Time server.</summary>
    public string NtpServer { get => Text("ntpServer"); set => SetText("ntpServer", value); }

    /// <summary>Host of the ping watchdog.</summary>
    public string PingHost { get => Text("ping_host"); set => SetText("ping_host", value); }

    /// <summary>Seconds between two pings.</summary>
    public int PingIntervalSeconds { get => Int32("ping_interval"); set => SetInt32("ping_interval", value); }

    /// <summary>Seconds without an answer after which the unit restarts; 0: watchdog off.</summary>
    public int PingLimitSeconds { get => Int32("ping_seconds"); set => SetInt32("ping_seconds", value); }

    /// <summary>Seconds a boot must last to count as complete.</summary>
    public byte BootSeconds { get => this["timeRequiredToMarkBootSuccessfull"][0]; set => this["timeRequiredToMarkBootSuccessfull"][0] = value; }

    /// <summary>Device group.</summary>
    public string DeviceGroup { get => Text("dgr_name"); set => SetText("dgr_name", value); }

    /// <summary>Copy of the MAC, six bytes; the radio does not use it.</summary>
    public ReadOnlySpan<byte> Mac { get => this["mac"]; set => Copy("mac", value); }

    /// <summary>Order of red, green, blue, cold, warm for an LED driver, five bytes; all zero: not set, 0xFF: channel absent.</summary>
    public ReadOnlySpan<byte> LedRemap { get => this["ledRemap"]; set => Copy("ledRemap", value); }

    /// <summary>The bytes, for the codec.</summary>
    internal ReadOnlySpan<byte> Content => content;

    internal Span<byte> this[string field] => Bytes(Layout[field]);

    /// <summary>What the firmware writes at its first boot on a unit with this MAC, with the change counter at 1.</summary>
    /// <param name="chip">Decides the names, the group and the layout.</param>
    /// <param name="mac">Six bytes as in the RF sector.</param>
    public static ObkConfig Default(ChipModel chip, ReadOnlySpan<byte> mac) => ObkDefaults.Make(chip, mac);

    /// <summary>True where a flag is set. Flags are 0 to 63.</summary>
    public bool HasFlag(int flag) => (Flags & Bit(flag)) != 0;

    /// <summary>Sets or clears a flag. Flags are 0 to 63.</summary>
    public void SetFlag(int flag, bool on = true) => Flags = on ? Flags | Bit(flag) : Flags & ~Bit(flag);

    /// <summary>What slot <paramref name="pin"/> holds; slots behind the chip's last pin exist but are not used.</summary>
    public ObkPin Pin(int pin)
    {
        CheckPin(pin, Layout.PinSlots);
        return new ObkPin(this["pins.roles"][pin], this["pins.channels"][pin], this["pins.channels2"][pin]);
    }

    /// <summary>Gives a pin of the chip its role and channels.</summary>
    /// <exception cref="ObkException">The chip has no such pin, or the firmware no such role or channel.</exception>
    public void SetPin(int pin, ObkPin role)
    {
        CheckPin(pin, Layout.PinCount);
        if (ObkPinRole.NameOf(role.Role) is null)
            throw new ObkException($"P{pin} has role {role.Role}, which the firmware has no name for", $"roles are 0 to {ObkPinRole.Count - 1}");
        if (role.Channel is < 0 or > ObkPin.LastChannel || role.Channel2 is < 0 or > ObkPin.LastChannel)
            throw new ObkException($"P{pin} has the channels {role.Channel} and {role.Channel2}", "channels are 0 to 63");
        Store(pin, role);
    }

    /// <summary>All slots that hold anything, by P number.</summary>
    public IReadOnlyDictionary<int, ObkPin> Pins() =>
        Enumerable.Range(0, Layout.PinSlots).Select(pin => (pin, role: Pin(pin))).Where(slot => !slot.role.IsEmpty)
            .ToDictionary(slot => slot.pin, slot => slot.role);

    internal void Store(int pin, ObkPin role)
    {
        this["pins.roles"][pin] = checked((byte)role.Role);
        this["pins.channels"][pin] = checked((byte)role.Channel);
        this["pins.channels2"][pin] = checked((byte)role.Channel2);
    }

    internal Span<byte> Bytes(ObkField field) => content.AsSpan(field.Offset, field.Length);

    internal string Text(string field) => ObkText.Read(this[field]);

    internal void SetText(string field, string text) => ObkText.Write(this[field], Layout[field], text);

    internal void SetInt32(string field, int value) => BinaryPrimitives.WriteInt32LittleEndian(this[field], value);

    private int Int32(string field) => BinaryPrimitives.ReadInt32LittleEndian(this[field]);

    private void Copy(string field, ReadOnlySpan<byte> value)
    {
        if (value.Length != Layout[field].Length)
            throw new ObkException($"{field} has {value.Length} bytes", $"it takes {Layout[field].Length}");
        value.CopyTo(this[field]);
    }

    private static ulong Bit(int flag)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(flag);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(flag, 63);
        return 1UL << flag;
    }

    private static void CheckPin(int pin, int count)
    {
        if (pin < 0 || pin >= count)
            throw new ObkException($"there is no pin P{pin}", $"pins are P0 to P{count - 1}");
    }
}

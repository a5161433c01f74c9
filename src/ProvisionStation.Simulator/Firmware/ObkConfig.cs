using System.Buffers.Binary;
using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// OpenBeken's configuration in the RAM of a booting unit: loaded or rejected, completed and saved as release 1.18.299 does.
/// </summary>
internal sealed class ObkConfig
{
    private const int CurrentVersion = 5;
    private static readonly byte[] DefaultLedTable = Convert.FromHexString("0000803F0000803F0000803FCDCC0C40CDCCCC3DCDCCCC3D");

    private readonly SimChip chip;
    private readonly byte[] ram;

    private ObkConfig(SimChip chip, byte[] ram)
    {
        this.chip = chip;
        this.ram = ram;
    }

    /// <summary>Something differs from the flash and will be saved.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>The LED table was missing and has been set; the log says so.</summary>
    public bool HasNewLedTable { get; private set; }

    /// <summary>Version as found, before anything was changed.</summary>
    public int FoundVersion { get; private init; } = CurrentVersion;

    public int ChangeCount => BinaryPrimitives.ReadUInt16LittleEndian(ram.AsSpan(ObkLayout.ChangeCounter));

    public ulong Flags
    {
        get => BinaryPrimitives.ReadUInt64LittleEndian(ram.AsSpan(ObkLayout.Flags));
        set
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            Set(ObkLayout.Flags, bytes);
        }
    }

    public int BootSeconds => ram[ObkLayout.BootSeconds];

    public int MqttPort => BinaryPrimitives.ReadInt32LittleEndian(ram.AsSpan(ObkLayout.MqttPort));

    /// <summary>The configuration in the sector, or null where the firmware rejects it (configuration sheet 2.4).</summary>
    public static ObkConfig? Load(ReadOnlySpan<byte> sector, SimChip chip, ReadOnlySpan<byte> mac)
    {
        int version = BinaryPrimitives.ReadInt32LittleEndian(sector[ObkLayout.Version..]);
        int bytes = version == 3 ? ObkLayout.OldBytes : ObkLayout.Bytes;
        if (!sector.StartsWith("CFG"u8) || sector[ObkLayout.Crc] != Crc8.Of(sector[ObkLayout.Version..bytes]))
            return null;

        ObkConfig config = new(chip, sector[..ObkLayout.Bytes].ToArray()) { FoundVersion = version };
        if (version < 3)
        {
            config.SetText(ObkLayout.MqttClientId, ShortName(mac));
            config.IsChanged = true;
        }
        if (version == 3)
            config.ram[ObkLayout.Ssid2] = config.ram[ObkLayout.Password2] = 0;
        if (version is 3 or 4)
            config.ram[ObkLayout.WebPassword] = 0;
        config.CompleteLedTable();
        config.CompleteButtons();
        return config;
    }

    /// <summary>First boot: all defaults, names from the MAC (configuration sheet 2.1, 5).</summary>
    public static ObkConfig Default(SimChip chip, ReadOnlySpan<byte> mac)
    {
        ChipFacts facts = ChipFacts.Of(chip);
        ObkConfig config = new(chip, new byte[ObkLayout.Bytes]) { Flags = 0x400 };
        config.SetText(ObkLayout.MqttClientId, ShortName(mac));
        config.SetText(ObkLayout.MqttUser, "homeassistant");
        config.SetText(ObkLayout.MqttPassword, "qqqqqqqqqq");
        BinaryPrimitives.WriteInt32LittleEndian(config.ram.AsSpan(ObkLayout.MqttPort), 1883);
        config.SetText(ObkLayout.WebApp, "https://openbekeniot.github.io/webapp/");
        mac.CopyTo(config.ram.AsSpan(ObkLayout.Mac));
        config.SetText(ObkLayout.ShortName, ShortName(mac));
        config.SetText(ObkLayout.LongName, $"Open{facts.Name}_{Convert.ToHexString(mac[2..])}");
        config.SetText(ObkLayout.NtpServer(chip), "217.147.223.78");
        config.SetText(ObkLayout.MqttGroup, facts.Group);
        config.ram[ObkLayout.BootSeconds] = 5;
        config.SetText(ObkLayout.PingHost, "192.168.0.1");
        config.CompleteLedTable();
        config.CompleteButtons();
        return config;
    }

    /// <summary>Up to the first NUL or the field's end. Bytes above 0x7F stay what they are, one character each.</summary>
    public string Text(int offset, int length)
    {
        ReadOnlySpan<byte> field = ram.AsSpan(offset, length);
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>Sets bytes as the firmware's setters do: a change only where the value differs.</summary>
    public void Set(int offset, ReadOnlySpan<byte> value)
    {
        if (ram.AsSpan(offset, value.Length).SequenceEqual(value))
            return;
        value.CopyTo(ram.AsSpan(offset));
        IsChanged = true;
    }

    /// <summary>The pin map's first LED driver that wants an order of colours gets its default where none is set.</summary>
    public void CompleteLedRemap()
    {
        if (ram.AsSpan(ObkLayout.LedRemap, 5).ContainsAnyExcept((byte)0))
            return;
        foreach (byte role in ram.AsSpan(ObkLayout.Roles, ObkLayout.PinSlots(chip)))
        {
            if (DefaultRemap(role) is not { } remap)
                continue;
            Set(ObkLayout.LedRemap, remap);
            return;
        }
    }

    /// <summary>Erases the one sector and writes the structure: counter raised, version 5, CRC anew.</summary>
    public void Save(Span<byte> sector)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(ram.AsSpan(ObkLayout.ChangeCounter), (ushort)(ChangeCount + 1));
        BinaryPrimitives.WriteInt32LittleEndian(ram.AsSpan(ObkLayout.Version), CurrentVersion);
        "CFG"u8.CopyTo(ram);
        ram[ObkLayout.Crc] = Crc8.Of(ram.AsSpan(ObkLayout.Version));
        sector.Fill(0xFF);
        ram.CopyTo(sector);
        IsChanged = false;
    }

    private static string ShortName(ReadOnlySpan<byte> mac) => "obk" + Convert.ToHexString(mac[2..]);

    /// <summary>By the role numbers of SM2135, BP5758D, BP1658CJ, SM2235 and KP18058. SM2235's order is assumed to be SM2135's.</summary>
    private static byte[]? DefaultRemap(byte role) => role switch
    {
        21 or 22 or 52 or 53 => [2, 1, 0, 4, 3],
        23 or 24 => [0, 1, 2, 3, 4],
        25 or 26 => [1, 0, 2, 3, 4],
        76 or 77 => [2, 0, 1, 3, 4],
        _ => null,
    };

    private void SetText(int offset, string text) => Set(offset, Encoding.ASCII.GetBytes(text + "\0"));

    private void CompleteLedTable()
    {
        if (ram.AsSpan(ObkLayout.LedTable, ObkLayout.LedTableBytes).ContainsAnyExcept((byte)0))
            return;
        Set(ObkLayout.LedTable, DefaultLedTable);
        HasNewLedTable = true;
    }

    /// <summary>In RAM only: this alone saves nothing.</summary>
    private void CompleteButtons()
    {
        Span<byte> buttons = ram.AsSpan(ObkLayout.Buttons(chip), 3);
        ReadOnlySpan<byte> defaults = [3, 10, 5];
        for (int i = 0; i < 3; i++)
        {
            if (buttons[i] == 0)
                buttons[i] = defaults[i];
        }
    }
}

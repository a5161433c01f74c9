using System.Globalization;

namespace ProvisionStation.Beken.Obk;

/// <summary>Where the fields of the version 5 struct lie.</summary>
/// <remarks>Source: OpenBK7231T_App 1.18.299, src/new_cfg.h, measured with the firmware's headers for N, T, U, 7238 and for 7252, 7252N.</remarks>
public sealed class ObkLayout
{
    private readonly Dictionary<string, ObkField> byName;

    private ObkLayout(int pinSlots, int pinCount, int offsetColumn)
    {
        PinSlots = pinSlots;
        PinCount = pinCount;
        Fields = [.. ObkTable.Rows("openbeken-config-offsets.csv").Where(row => row[0] is not ("pins" or "staticIP" or "led_corr")).Select(row => Field(row, offsetColumn))];
        byName = Fields.ToDictionary(field => field.Name);
    }

    /// <summary>BK7231N, M, T, U and BK7238.</summary>
    public static ObkLayout Slots32 { get; } = new(32, 29, 1);

    /// <summary>BK7252 and BK7252N.</summary>
    public static ObkLayout Slots48 { get; } = new(48, 40, 4);

    /// <summary>How many pins the struct has room for.</summary>
    public int PinSlots { get; }

    /// <summary>How many pins the chip has: P0 up to this less one.</summary>
    public int PinCount { get; }

    /// <summary>All fields in the order of their offsets.</summary>
    internal IReadOnlyList<ObkField> Fields { get; }

    internal ObkField this[string name] => byName[name];

    /// <summary>The layout of a chip.</summary>
    public static ObkLayout Of(ChipModel chip) => chip is ChipModel.BK7252 or ChipModel.BK7252N ? Slots48 : Slots32;

    /// <summary>The field of a name, ignoring case; null for none.</summary>
    internal ObkField? Find(string name) => Fields.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal bool Has(string name) => byName.ContainsKey(name);

    private static ObkField Field(string[] row, int offsetColumn)
    {
        string offset = row[offsetColumn];
        int value = offset.StartsWith("0x", StringComparison.Ordinal)
            ? int.Parse(offset.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : int.Parse(offset, CultureInfo.InvariantCulture);
        return new ObkField(row[0], value, int.Parse(row[offsetColumn == 1 ? 3 : 5], CultureInfo.InvariantCulture), KindOf(row[0]));
    }

    private static ObkFieldKind KindOf(string name) => name switch
    {
        "ident0" or "ident1" or "ident2" or "crc" or "version" => ObkFieldKind.Header,
        "genericFlags" or "genericFlags2" or "changeCounter" or "otaCounter" or "log2lfs" or "buttonShortPress" or "buttonLongPress"
            or "buttonHoldRepeat" or "LFS_Size" or "loggerFlags" or "timeRequiredToMarkBootSuccessfull" or "mqtt_use_tls"
            or "mqtt_verify_tls_cert" or "disable_web_server" => ObkFieldKind.Unsigned,
        "mqtt_port" or "dgr_sendFlags" or "dgr_recvFlags" or "ping_interval" or "ping_seconds" => ObkFieldKind.Signed,
        "pins.roles" or "pins.channels" or "pins.channels2" or "pins.channelTypes" or "ledRemap" => ObkFieldKind.Bytes,
        "startChannelValues" => ObkFieldKind.Shorts,
        "cal" => ObkFieldKind.Words,
        "mac" => ObkFieldKind.Hex,
        _ when name.StartsWith("led_corr.", StringComparison.Ordinal) => ObkFieldKind.Floats,
        _ when name.StartsWith("staticIP.", StringComparison.Ordinal) => ObkFieldKind.Address,
        _ when name.StartsWith("unused", StringComparison.Ordinal) => ObkFieldKind.Reserved,
        _ => ObkFieldKind.Text,
    };
}

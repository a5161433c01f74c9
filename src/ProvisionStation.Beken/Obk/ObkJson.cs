using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProvisionStation.Beken.Obk;

/// <summary>The JSON form of a configuration, for <c>obk decode</c> and <c>obk encode</c>.</summary>
/// <remarks>
/// <c>{"chip","version","crc","pins":[..],"fields":{..},"tails":{..},"reserved":{..}}</c>, with the firmware's own field names.
/// <c>tails</c>: bytes behind the first NUL of a text; <c>reserved</c>: bytes no release gives a meaning; <c>bytes</c>: texts that are no UTF-8,
/// whole; each only where there is something; <c>chip</c> is null where nothing tells it; <c>pinSlots</c>: 48, where the chip is not known and the layout is that of a BK7252. Passwords, tails, reserved and bytes are secrets: <c>"***"</c> unless asked for.
/// Written with secrets, it reads back to the same bytes.
/// </remarks>
public static class ObkJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Writes a configuration.</summary>
    /// <param name="config">What to write.</param>
    /// <param name="version">The version it was found as; 5 for one of ours.</param>
    /// <param name="showSecrets">True only where a person asked for them.</param>
    /// <param name="checksum">The checksum it was found with; null: the one it gets.</param>
    public static string Write(ObkConfig config, int version = ObkConfig.CurrentVersion, bool showSecrets = false, byte? checksum = null) =>
        ToNode(config, version, showSecrets, checksum).ToJsonString(Indented);

    /// <summary>The same as a node, for a larger object.</summary>
    public static JsonObject ToNode(ObkConfig config, int version = ObkConfig.CurrentVersion, bool showSecrets = false, byte? checksum = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        JsonObject fields = [], tails = [], reserved = [], bytes = [];
        foreach (ObkField field in config.Layout.Fields)
        {
            Span<byte> value = config.Bytes(field);
            if (field.Kind == ObkFieldKind.Reserved)
                AddHex(reserved, $"0x{field.Offset:X3}", value, showSecrets);
            else if (field.Kind == ObkFieldKind.Text)
                AddText(fields, tails, bytes, field, value, showSecrets);
            else if (field.Kind != ObkFieldKind.Header && field.Name is not ("pins.roles" or "pins.channels" or "pins.channels2"))
                fields[field.Name] = ObkJsonField.Write(field, value);
        }
        JsonObject root = new()
        {
            ["chip"] = config.Chip == ChipModel.Unknown ? null : config.Chip.ToString(),
            ["version"] = version,
            ["crc"] = $"0x{checksum ?? ObkConfigCodec.Encode(config)[3]:X2}",
            ["pins"] = new JsonArray([.. config.Pins().OrderBy(slot => slot.Key).Select(slot => Pin(slot.Key, slot.Value))]),
            ["fields"] = fields,
            ["tails"] = tails,
            ["reserved"] = reserved,
        };
        if (bytes.Count > 0)
            root["bytes"] = bytes;
        // Where the chip is known, it tells the layout.
        if (config.Chip == ChipModel.Unknown && config.Layout != ObkLayout.Slots32)
            root["pinSlots"] = config.Layout.PinSlots;
        return root;
    }

    /// <summary>Reads a configuration. What is left out has the firmware's default where chip and <c>fields.mac</c> are given, and is zero otherwise.</summary>
    /// <exception cref="ObkException">It is no such object, or a value does not fit, or secrets are masked.</exception>
    public static ObkConfig Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            JsonObject root = JsonNode.Parse(json, null, Strict) as JsonObject ?? throw new ObkException("the file holds no JSON object", "give one as 'obk decode --json' writes it");
            ObkConfig config = Start(root);
            JsonObject bytes = Section(root, "bytes");
            foreach ((string name, JsonNode? value) in Section(root, "fields").Where(field => !bytes.ContainsKey(field.Key)))
                ObkJsonField.Read(Writable(config, name), config[name], value);
            foreach ((string name, JsonNode? value) in bytes)
                ObkJsonField.ReadHex(Writable(config, name), config[name], value);
            foreach ((string name, JsonNode? value) in Section(root, "tails"))
                ReadTail(config, Writable(config, name), value);
            foreach ((string offset, JsonNode? value) in Section(root, "reserved"))
                ReadReserved(config, offset, value);
            foreach (JsonNode? pin in root["pins"] as JsonArray ?? [])
                ReadPin(config, pin);
            return config;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new ObkException("the JSON is not a configuration: " + problem.Message.Split('\n')[0], "give an object as 'obk decode --json' writes it");
        }
    }

    private static void AddHex(JsonObject target, string name, ReadOnlySpan<byte> value, bool showSecrets)
    {
        if (value.ContainsAnyExcept((byte)0))
            target[name] = showSecrets ? Convert.ToHexString(value) : ObkRedactor.Masked;
    }

    private static void AddText(JsonObject fields, JsonObject tails, JsonObject bytes, ObkField field, ReadOnlySpan<byte> value, bool showSecrets)
    {
        ReadOnlySpan<byte> used = ObkText.Used(value);
        if (ObkText.TryRead(value, out string text) && used.Length <= field.TextLimitBytes)
            AddHex(tails, field.Name, value[Math.Min(value.Length, used.Length + 1)..], showSecrets);
        else
        {
            text = ObkText.Read(value);
            AddHex(bytes, field.Name, value, showSecrets);
        }
        if (!showSecrets && field.IsSecret && text.Length > 0)
            text = ObkRedactor.Masked;
        else if (!showSecrets && field.Name == "initCommandLine")
            text = ObkRedactor.Patterns.Redact(text);
        fields[field.Name] = text;
    }

    private static JsonObject Pin(int pin, ObkPin role) => new()
    {
        ["pin"] = pin,
        ["role"] = ObkPinRole.NameOf(role.Role) is { } name ? JsonValue.Create(name) : JsonValue.Create(role.Role),
        ["channel"] = role.Channel,
        ["channel2"] = role.Channel2,
    };

    private static ObkConfig Start(JsonObject root)
    {
        string name = root["chip"]?.GetValue<string>() ?? "Unknown";
        if (!Enum.TryParse(name, true, out ChipModel chip) || !Enum.IsDefined(chip))
            throw new ObkException($"there is no chip '{name}'", "use BK7231N, BK7231M, BK7231T, BK7231U, BK7238, BK7252 or BK7252N");
        int version = root["version"]?.GetValue<int>() ?? ObkConfig.CurrentVersion;
        if (version is < 2 or > ObkConfig.CurrentVersion)
            throw new ObkException($"version {version} is not known", $"version {ObkConfig.CurrentVersion} is written");
        if (Section(root, "fields")["mac"] is { } mac && chip is not (ChipModel.Unknown or ChipModel.BK7231Q or ChipModel.BK7236))
        {
            byte[] bytes = Convert.FromHexString(mac.GetValue<string>());
            if (bytes.Length == 6)
                return ObkConfig.Default(chip, bytes);
        }
        bool wide = chip == ChipModel.Unknown ? (root["pinSlots"]?.GetValue<int>() ?? 32) == 48 : ObkLayout.Of(chip) == ObkLayout.Slots48;
        return new ObkConfig(chip, wide ? ObkLayout.Slots48 : ObkLayout.Slots32, new byte[ObkConfig.StructBytes]);
    }

    private static JsonObject Section(JsonObject root, string name) =>
        root[name] switch { null => [], JsonObject section => section, _ => throw new ObkException($"'{name}' is no object", "write it as 'obk decode --json' does") };

    private static ObkField Writable(ObkConfig config, string name)
    {
        if (!config.Layout.Has(name) || config.Layout[name] is not { Kind: not (ObkFieldKind.Header or ObkFieldKind.Reserved) } field)
            throw new ObkException($"there is no field '{name}'", "use the names that 'obk decode --json' writes");
        return field;
    }

    private static void ReadTail(ObkConfig config, ObkField field, JsonNode? value)
    {
        byte[] tail = ObkJsonField.Hex(field.Name, value);
        int start = ObkText.Used(config.Bytes(field)).Length + 1;
        if (field.Kind != ObkFieldKind.Text || start + tail.Length != field.Length)
            throw new ObkException($"the tail of '{field.Name}' has {tail.Length} bytes and does not fill the field", "give text and tail as they were decoded, or no tail");
        tail.CopyTo(config.Bytes(field)[start..]);
    }

    private static void ReadReserved(ObkConfig config, string offset, JsonNode? value)
    {
        ObkField field = config.Layout.Fields.FirstOrDefault(field => field.Kind == ObkFieldKind.Reserved && offset == $"0x{field.Offset:X3}")
            ?? throw new ObkException($"there are no reserved bytes at '{offset}'", "use the offsets that 'obk decode --json' writes");
        ObkJsonField.ReadHex(field, config.Bytes(field), value);
    }

    private static void ReadPin(ObkConfig config, JsonNode? node)
    {
        if (node is not JsonObject pin || pin["pin"] is not { } number || pin["role"] is not { } role)
            throw new ObkException("a pin has no 'pin' or no 'role'", "write {\"pin\":26,\"role\":\"Rel\",\"channel\":1}");
        string name = role.GetValueKind() == JsonValueKind.Number ? role.GetValue<int>().ToString(CultureInfo.InvariantCulture) : role.GetValue<string>();
        int slot = number.GetValue<int>();
        ObkPin value = new(
            ObkPinRole.NumberOf(name) ?? RawRole(name),
            pin["channel"]?.GetValue<int>() ?? 0,
            pin["channel2"]?.GetValue<int>() ?? 0);
        if (slot < 0 || slot >= config.Layout.PinSlots)
            throw new ObkException($"there is no pin P{slot}", $"pins are P0 to P{config.Layout.PinCount - 1}");
        config.Store(slot, value);
    }

    // A number that the table does not know may have come out of a unit; the codec's check names it.
    private static int RawRole(string name) =>
        byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out byte number)
            ? number
            : throw new ObkException($"'{name}' is no pin role of OpenBeken", "use a role such as Rel, Btn, WifiLED_n or TglChanOnTgl");
}

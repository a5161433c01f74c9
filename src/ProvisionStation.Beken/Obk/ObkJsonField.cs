using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProvisionStation.Beken.Obk;

/// <summary>One field as a JSON value.</summary>
internal static class ObkJsonField
{
    internal static JsonNode Write(ObkField field, ReadOnlySpan<byte> bytes)
    {
        switch (field.Kind)
        {
            case ObkFieldKind.Unsigned:
                return JsonValue.Create(ObkFieldText.Unsigned(bytes));
            case ObkFieldKind.Signed:
                return JsonValue.Create(BinaryPrimitives.ReadInt32LittleEndian(bytes));
            case ObkFieldKind.Address:
                return JsonValue.Create(ObkFieldText.Address(bytes));
            case ObkFieldKind.Bytes or ObkFieldKind.Shorts or ObkFieldKind.Words:
                return Items(field, bytes);
            case ObkFieldKind.Floats:
                return field.Length == 4 ? Float(bytes) : Items(field, bytes);
            default:
                return JsonValue.Create(Convert.ToHexStringLower(bytes));
        }
    }

    internal static void Read(ObkField field, Span<byte> bytes, JsonNode? value)
    {
        if (value is null)
            throw new ObkException($"'{field.Name}' is null", "give a value or leave the field out");
        switch (field.Kind)
        {
            case ObkFieldKind.Text:
                string text = value.GetValue<string>();
                RefuseMasked(field, text);
                ObkText.Write(bytes, field, text);
                break;
            case ObkFieldKind.Unsigned:
                WriteUnsigned(bytes, field, value.GetValue<uint>());
                break;
            case ObkFieldKind.Signed:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, value.GetValue<int>());
                break;
            case ObkFieldKind.Address:
                ReadAddress(field, bytes, value.GetValue<string>());
                break;
            case ObkFieldKind.Floats when field.Length == 4:
                ReadFloat(bytes, value);
                break;
            case ObkFieldKind.Bytes or ObkFieldKind.Shorts or ObkFieldKind.Words or ObkFieldKind.Floats:
                ReadItems(field, bytes, value);
                break;
            default:
                ReadHex(field, bytes, value);
                break;
        }
    }

    internal static byte[] Hex(string name, JsonNode? value)
    {
        string text = value?.GetValue<string>() ?? throw new ObkException($"'{name}' is null", "give hex digits or leave it out");
        if (text == ObkRedactor.Masked)
            throw new ObkException($"'{name}' is masked", "decode with --show-secrets, or take the masked values out");
        return Convert.FromHexString(text);
    }

    internal static void ReadHex(ObkField field, Span<byte> bytes, JsonNode? value)
    {
        byte[] hex = Hex(field.Name, value);
        if (hex.Length != bytes.Length)
            throw new ObkException($"'{field.Name}' has {hex.Length} bytes", $"it takes {bytes.Length}");
        hex.CopyTo(bytes);
    }

    private static void RefuseMasked(ObkField field, string text)
    {
        if (field.IsSecret ? text == ObkRedactor.Masked : field.Name == "initCommandLine" && text.Contains(ObkRedactor.Masked, StringComparison.Ordinal))
            throw new ObkException($"'{field.Name}' is masked", "decode with --show-secrets, or put the value in");
    }

    private static int ItemBytes(ObkField field) => field.Kind switch { ObkFieldKind.Bytes => 1, ObkFieldKind.Shorts => 2, _ => 4 };

    private static JsonArray Items(ObkField field, ReadOnlySpan<byte> bytes)
    {
        JsonArray items = [];
        int size = ItemBytes(field);
        for (int at = 0; at < bytes.Length; at += size)
        {
            ReadOnlySpan<byte> item = bytes.Slice(at, size);
            items.Add(field.Kind switch
            {
                ObkFieldKind.Bytes => JsonValue.Create((int)item[0]),
                ObkFieldKind.Shorts => JsonValue.Create((int)BinaryPrimitives.ReadInt16LittleEndian(item)),
                ObkFieldKind.Words => JsonValue.Create($"0x{BinaryPrimitives.ReadUInt32LittleEndian(item):X8}"),
                _ => Float(item),
            });
        }
        return items;
    }

    private static void ReadItems(ObkField field, Span<byte> bytes, JsonNode value)
    {
        int size = ItemBytes(field);
        if (value is not JsonArray items || items.Count != bytes.Length / size)
            throw new ObkException($"'{field.Name}' is no list of {bytes.Length / size} values", "write it as 'obk decode --json' does");
        for (int at = 0; at < items.Count; at++)
        {
            Span<byte> item = bytes.Slice(at * size, size);
            JsonNode node = items[at] ?? throw new ObkException($"'{field.Name}' holds null", "give a value");
            if (field.Kind == ObkFieldKind.Bytes)
                item[0] = node.GetValueKind() == JsonValueKind.String ? Named(field, node.GetValue<string>()) : checked((byte)node.GetValue<int>());
            else if (field.Kind == ObkFieldKind.Shorts)
                BinaryPrimitives.WriteInt16LittleEndian(item, checked((short)node.GetValue<int>()));
            else if (field.Kind == ObkFieldKind.Words)
                BinaryPrimitives.WriteUInt32LittleEndian(item, Word(node.GetValue<string>()));
            else
                ReadFloat(item, node);
        }
    }

    private static byte Named(ObkField field, string name) =>
        field.Name == "pins.channelTypes" && ObkChannelType.NumberOf(name) is { } type
            ? (byte)type
            : throw new ObkException($"'{ObkPin.Shown(name)}' in {field.Name} is no channel type of OpenBeken", "use a type such as Toggle or Dimmer, or its number");

    // JSON knows no infinity and no NaN; what is not a number stands as its bits.
    private static JsonValue Float(ReadOnlySpan<byte> bytes)
    {
        float value = BinaryPrimitives.ReadSingleLittleEndian(bytes);
        return float.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create($"0x{BinaryPrimitives.ReadUInt32LittleEndian(bytes):X8}");
    }

    private static void ReadFloat(Span<byte> bytes, JsonNode value)
    {
        if (value.GetValueKind() == JsonValueKind.String)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, Word(value.GetValue<string>()));
        else
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value.GetValue<float>());
    }

    private static uint Word(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : throw new FormatException($"'{text}' is no hex word such as 0x3F800000");

    private static void WriteUnsigned(Span<byte> bytes, ObkField field, uint value)
    {
        if (bytes.Length < 4 && value >> (bytes.Length * 8) != 0)
            throw new ObkException($"{value} does not fit {field.Name}", $"it has {bytes.Length} bytes");
        for (int at = 0; at < bytes.Length; at++)
            bytes[at] = (byte)(value >> (at * 8));
    }

    private static void ReadAddress(ObkField field, Span<byte> bytes, string text)
    {
        string[] parts = text.Split('.');
        byte[] values = new byte[4];
        bool right = parts.Length == 4;
        for (int at = 0; right && at < 4; at++)
            right = byte.TryParse(parts[at], NumberStyles.None, CultureInfo.InvariantCulture, out values[at]);
        if (!right)
            throw new ObkException($"'{text}' in {field.Name} is no IPv4 address", "write it as 192.168.1.50");
        values.CopyTo(bytes);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace ProvisionStation.Beken.Obk;

/// <summary>A field as text, for reports, JSON and edits.</summary>
internal static class ObkFieldText
{
    internal static string Of(ObkField field, ReadOnlySpan<byte> bytes) => field.Kind switch
    {
        ObkFieldKind.Text => ObkText.Read(bytes),
        ObkFieldKind.Unsigned => Unsigned(bytes).ToString(CultureInfo.InvariantCulture),
        ObkFieldKind.Signed => BinaryPrimitives.ReadInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ObkFieldKind.Address => Address(bytes),
        ObkFieldKind.Floats => Floats(bytes),
        _ => Convert.ToHexString(bytes),
    };

    internal static uint Unsigned(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
    };

    internal static string Address(ReadOnlySpan<byte> bytes) => $"{bytes[0]}.{bytes[1]}.{bytes[2]}.{bytes[3]}";

    private static string Floats(ReadOnlySpan<byte> bytes)
    {
        string[] values = new string[bytes.Length / 4];
        for (int at = 0; at < values.Length; at++)
            values[at] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(at * 4)..]).ToString(CultureInfo.InvariantCulture);
        return string.Join(' ', values);
    }

    /// <summary>Writes one value, or all of a list with commas between them, into a field that is no text.</summary>
    /// <exception cref="ObkException">A value is none, or does not fit.</exception>
    internal static void Parse(ObkField field, Span<byte> bytes, int? index, string text)
    {
        int size = ItemBytes(field);
        string[] items = size == field.Length ? [text] : text.Split(',');
        if (index is { } at && at >= bytes.Length / size)
            throw new ObkException($"there is no {field.Name}[{at}]", $"it has {bytes.Length / size} values, from 0 on");
        if (index is null && items.Length != bytes.Length / size || index is not null && items.Length != 1)
            throw new ObkException($"{field.Name} takes {(index is null ? bytes.Length / size : 1)} values, not {items.Length}", $"give them with commas between them, or one as {field.Name}[0]");
        for (int item = 0; item < items.Length; item++)
        {
            if (!TryItem(field, bytes.Slice((index ?? item) * size, size), items[item].Trim()))
                throw new ObkException($"'{ObkPin.Shown(items[item])}' does not fit {field.Name}", Allowed(field, size));
        }
    }

    private static int ItemBytes(ObkField field) => field.Kind switch
    {
        ObkFieldKind.Bytes => 1,
        ObkFieldKind.Shorts => 2,
        ObkFieldKind.Words or ObkFieldKind.Floats => 4,
        _ => field.Length,
    };

    private static bool TryItem(ObkField field, Span<byte> bytes, string text)
    {
        switch (field.Kind)
        {
            case ObkFieldKind.Address:
                return IPAddress.TryParse(text, out IPAddress? address) && text.Split('.').Length == 4 && address.TryWriteBytes(bytes, out int written) && written == 4;
            case ObkFieldKind.Hex:
                return Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal), bytes, out int read, out int made) == OperationStatus.Done
                    && made == bytes.Length && read == made * 2;
            case ObkFieldKind.Floats when !IsHex(text):
                bool isReal = float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float real) && float.IsFinite(real);
                return isReal && BinaryPrimitives.TryWriteSingleLittleEndian(bytes, real);
            default:
                return TryNumber(field, text, bytes.Length * 8, out long number) && TryWrite(bytes, number);
        }
    }

    private static bool TryNumber(ObkField field, string text, int bits, out long number)
    {
        if (field.Name == "pins.channelTypes")
        {
            number = ObkChannelType.NumberOf(text) ?? -1;
            return number >= 0;
        }

        if (!(IsHex(text)
                ? long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number) && number >= 0
                : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)))
            return false;
        bool isSigned = field.Kind is ObkFieldKind.Signed or ObkFieldKind.Shorts && !IsHex(text);
        return isSigned ? number >= -(1L << (bits - 1)) && number < 1L << (bits - 1) : number >= 0 && number < 1L << bits;
    }

    private static bool TryWrite(Span<byte> bytes, long number)
    {
        for (int at = 0; at < bytes.Length; at++)
            bytes[at] = (byte)(number >> (at * 8));
        return true;
    }

    private static bool IsHex(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);

    private static string Allowed(ObkField field, int size) => field.Kind switch
    {
        ObkFieldKind.Address => "write it as 192.168.1.50",
        ObkFieldKind.Hex => $"give {field.Length} bytes as hex digits",
        ObkFieldKind.Floats => "give a number such as 2.2",
        _ when field.Name == "pins.channelTypes" => "give a type such as Toggle or Dimmer, or its number",
        _ => $"give a whole number that fits {size} {(size == 1 ? "byte" : "bytes")}, decimal or as 0x",
    };
}

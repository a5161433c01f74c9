using System.Buffers.Binary;
using System.Globalization;

namespace ProvisionStation.Beken.Obk;

/// <summary>A field as text, for reports and JSON.</summary>
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
}

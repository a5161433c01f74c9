using System.Text;

namespace ProvisionStation.Beken.Obk;

/// <summary>Texts in fixed fields: UTF-8 up to the first NUL.</summary>
internal static class ObkText
{
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>The bytes before the first NUL, or all of them.</summary>
    internal static ReadOnlySpan<byte> Used(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    /// <summary>The text of a field. Bytes that are no UTF-8 are read one character each, so that nothing is lost or invented.</summary>
    internal static string Read(ReadOnlySpan<byte> field) =>
        TryRead(field, out string text) ? text : Encoding.Latin1.GetString(Used(field));

    /// <summary>True where the text is valid UTF-8.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> field, out string text)
    {
        try
        {
            text = Strict.GetString(Used(field));
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>Puts a text into a field and zeros behind it.</summary>
    /// <exception cref="ObkException">The text does not fit, holds a NUL, or is no Unicode.</exception>
    internal static void Write(Span<byte> bytes, ObkField field, string text)
    {
        byte[] encoded = Encoded(field, text);
        bytes.Clear();
        encoded.CopyTo(bytes);
    }

    /// <summary>Puts a text and one NUL into a field, as the firmware's setters do: what was behind it stays.</summary>
    /// <exception cref="ObkException">The text does not fit, holds a NUL, or is no Unicode.</exception>
    internal static void Edit(Span<byte> bytes, ObkField field, string text)
    {
        byte[] encoded = Encoded(field, text);
        encoded.CopyTo(bytes);
        if (encoded.Length < bytes.Length)
            bytes[encoded.Length] = 0;
    }

    private static byte[] Encoded(ObkField field, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ObkException($"the text for {field.Name} holds a NUL character", "take it out");
        byte[] encoded;
        try
        {
            encoded = Strict.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ObkException($"the text for {field.Name} is not valid Unicode", "write it as UTF-8");
        }
        if (encoded.Length > field.TextLimitBytes)
            throw new ObkException($"the text for {field.Name} has {encoded.Length} bytes", $"at most {field.TextLimitBytes} bytes fit");
        return encoded;
    }
}

using System.Text;

namespace ProvisionStation.Beken.Tuya;

/// <summary>One piece of personal or secret data, with its value: never leaves this room.</summary>
/// <param name="What">What it is, for a report, for example <c>Wi-Fi password</c>.</param>
/// <param name="Where">The value of the store and its field.</param>
/// <param name="Stored">As stored, plain or base64.</param>
internal sealed record TuyaSecret(string What, string Where, string Stored)
{
    private const int ShortestToFind = 5;

    /// <summary>The byte strings it may be found as: as stored, decoded, encoded. Very short ones only with the quotes around them.</summary>
    public IEnumerable<byte[]> Forms()
    {
        byte[] plain = Encoding.Latin1.GetBytes(Stored);
        HashSet<string> forms = [Stored, Convert.ToBase64String(plain)];
        if (Decoded() is { } decoded)
            forms.Add(decoded);
        return forms.Select(form => Encoding.Latin1.GetBytes(form.Length < ShortestToFind ? $"\"{form}\"" : form));
    }

    private string? Decoded()
    {
        byte[] buffer = new byte[Stored.Length];
        return Convert.TryFromBase64String(Stored, buffer, out int length) && length > 2 ? Encoding.Latin1.GetString(buffer.AsSpan(0, length)) : null;
    }
}

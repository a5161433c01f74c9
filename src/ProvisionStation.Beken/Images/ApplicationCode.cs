using System.Text;
using System.Text.RegularExpressions;

namespace ProvisionStation.Beken.Images;

/// <summary>An application as it lies in flash from 0x11000 on: its key, and what its plain code says of chip and version.</summary>
/// <remarks>
/// Source: ltchiptool (vectors under the default key), OpenBK7231T_App (version strings) and the public dumps its facts were checked on:
/// SDK-N's start-up code carries a chip mark at 0x100, the T's does not. N and T share a key, so the key alone cannot tell them apart.
/// </remarks>
internal sealed partial class ApplicationCode
{
    /// <summary>Logical address of the application's first byte.</summary>
    public const uint LogicalStart = 0x10000;

    private const int MarkOffset = 0x100;
    private const int GroupsToJudge = 16;
    private const int TextLimitMilliseconds = 1000;

    private readonly string text;
    private readonly byte[] code;

    /// <summary>Unscrambles an application.</summary>
    /// <param name="raw">As it lies in flash, from its first byte.</param>
    /// <param name="key"><see cref="KeyClass.Default"/> or <see cref="KeyClass.Zero"/>.</param>
    public ApplicationCode(ReadOnlySpan<byte> raw, KeyClass key)
    {
        Key = key;
        code = CodeGroups.Unscramble(raw, key == KeyClass.Default ? CodeKey.Default : CodeKey.Zero, LogicalStart);
        text = Encoding.Latin1.GetString(code);
    }

    /// <summary>The key it was unscrambled with.</summary>
    public KeyClass Key { get; }

    /// <summary>The chip that the mark of the start-up code stands for; null without a mark.</summary>
    public ChipModel? MarkedChip
    {
        get
        {
            ReadOnlySpan<byte> mark = code.Length < MarkOffset + 8 ? default : code.AsSpan(MarkOffset, 8);
            if (mark.SequenceEqual("BK7231\0\0"u8))
                return Key == KeyClass.Zero ? ChipModel.BK7231M : ChipModel.BK7231N;
            return mark.SequenceEqual("BK7238\0\0"u8) ? ChipModel.BK7238 : null;
        }
    }

    /// <summary>The chip that OpenBeken's own strings name, for example <c>BK7231N</c>; null where none or more than one is named.</summary>
    public string? NamedChip => Single(NamedVersion().Matches(text).Concat(NamedAccessPoint().Matches(text)), "chip");

    /// <summary>OpenBeken's version; null where none or more than one is named.</summary>
    public string? Version => Single(NamedVersion().Matches(text).Concat(BuiltVersion().Matches(text)), "version");

    /// <summary>The key class of an application by its first groups: their CRC-16 holds, and a key gives the vector table.</summary>
    public static KeyClass KeyClassOf(ReadOnlySpan<byte> raw)
    {
        int bytes = GroupsToJudge * CodeGroups.GroupBytes;
        if (raw.Length < bytes)
            return KeyClass.NotReadable;
        for (int offset = 0; offset < bytes; offset += CodeGroups.GroupBytes)
        {
            if (!CodeGroups.IsSound(raw.Slice(offset, CodeGroups.GroupBytes)))
                return KeyClass.NotReadable;
        }

        return KeyByVectors(raw) ?? KeyClass.Foreign;
    }

    /// <summary>The key that turns the first words into ARM vectors (a branch, then <c>14 F0 9F E5</c>); null where neither does.</summary>
    public static KeyClass? KeyByVectors(ReadOnlySpan<byte> raw)
    {
        if (raw.Length < CodeGroups.GroupBytes)
            return null;
        if (HasVectors(raw, CodeKey.Default))
            return KeyClass.Default;
        return HasVectors(raw, CodeKey.Zero) ? KeyClass.Zero : null;
    }

    private static bool HasVectors(ReadOnlySpan<byte> raw, CodeKey key)
    {
        Span<byte> plain = stackalloc byte[8];
        raw[..8].CopyTo(plain);
        key.Apply(plain, LogicalStart);
        return plain[3] == 0xEA && plain[4..].SequenceEqual((ReadOnlySpan<byte>)[0x14, 0xF0, 0x9F, 0xE5]);
    }

    private static string? Single(IEnumerable<Match> matches, string group)
    {
        IEnumerable<string> found = matches.Select(match => match.Groups[group].Value).Where(value => value.Length > 0);
        string[] values = [.. found.Distinct(StringComparer.Ordinal)];
        return values is [var only] ? only : null;
    }

    [GeneratedRegex(
        @"Open(?<chip>BK\d{4}[A-Z]{0,2}) (?<version>\d{1,4}\.\d{1,4}\.[0-9A-Za-z._-]{1,32})[ \0]", RegexOptions.CultureInvariant, TextLimitMilliseconds)]
    private static partial Regex NamedVersion();

    [GeneratedRegex(@"Open(?<chip>BK\d{4}[A-Z]{0,2})_%0", RegexOptions.CultureInvariant, TextLimitMilliseconds)]
    private static partial Regex NamedAccessPoint();

    [GeneratedRegex(@"Built on [ -~]{0,40}? version (?<version>\d{1,4}\.\d{1,4}\.[0-9A-Za-z._-]{1,32})[ \0]", RegexOptions.CultureInvariant, TextLimitMilliseconds)]
    private static partial Regex BuiltVersion();
}

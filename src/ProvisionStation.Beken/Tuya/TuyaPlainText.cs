using ProvisionStation.Beken.Flash;
using ProvisionStation.Beken.Images;

namespace ProvisionStation.Beken.Tuya;

/// <summary>Looks for a pin text outside the store: in plain bytes of the dump, or compiled into the application.</summary>
/// <remarks>Source: bk7231tools, analysis/kvstorage.py; one of 24 public dumps has its text in the application only.</remarks>
internal static class TuyaPlainText
{
    private const int MostBytes = 4096;
    private const int MostTries = 16;

    /// <summary>The first readable pin text in plain bytes; null where there is none.</summary>
    public static TuyaText? Find(ReadOnlySpan<byte> bytes)
    {
        int from = 0;
        for (int tries = 0; tries < MostTries; tries++)
        {
            int at = NextMark(bytes[from..]);
            if (at < 0)
                return null;
            if (Around(bytes, from + at) is { } text)
                return text;
            from += at + 1;
        }

        return null;
    }

    /// <summary>True where a whole dump's application holds a pin text of its own.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="shift">Where it begins.</param>
    public static bool IsInApplication(ReadOnlySpan<byte> dump, uint shift)
    {
        if (dump.Length < TuyaPlace.WholeFlash)
            return false;
        int offset = TuyaPlace.OffsetOf(dump, FlashLayout.WriteFloor.Value, shift);
        uint bytes = FlashLayout.Of(ChipModel.BK7231N)!.RfSector.Start.Value - FlashLayout.WriteFloor.Value;
        ReadOnlySpan<byte> raw = dump.Slice(offset, (int)Math.Min(bytes, (uint)(dump.Length - offset)));
        if (ApplicationCode.KeyByVectors(raw) is not { } key)
            return false;
        raw = raw[..ImageRecognition.ApplicationBytes(raw)];
        byte[] code = CodeGroups.Unscramble(raw, key == KeyClass.Default ? CodeKey.Default : CodeKey.Zero, ApplicationCode.LogicalStart);
        return Find(code) is not null;
    }

    private static int NextMark(ReadOnlySpan<byte> bytes) => Earliest(
        Earliest(bytes.IndexOf(",crc:"u8), bytes.IndexOf(",module:"u8)), bytes.IndexOf("Jsonver:"u8));

    private static int Earliest(int one, int other) => one < 0 ? other : other < 0 ? one : Math.Min(one, other);

    private static TuyaText? Around(ReadOnlySpan<byte> bytes, int mark)
    {
        int low = Math.Max(0, mark - MostBytes);
        int start = bytes[low..mark].LastIndexOfAnyExceptInRange((byte)' ', (byte)'~') + 1 + low;
        ReadOnlySpan<byte> rest = bytes[start..Math.Min(bytes.Length, mark + MostBytes)];
        int end = rest.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
        ReadOnlySpan<byte> printable = end < 0 ? rest : rest[..end];
        int open = printable.IndexOf((byte)'{'), close = printable.LastIndexOf((byte)'}');
        TuyaText? text = open >= 0 && close > open ? TuyaText.Read(printable[open..(close + 1)]) : null;
        return text is not null && (text.Root.ContainsKey("module") || text.Root.ContainsKey("Jsonver")) ? text : null;
    }
}

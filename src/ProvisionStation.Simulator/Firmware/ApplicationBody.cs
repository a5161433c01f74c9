using System.Buffers.Binary;
using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// Plain application code as far as anyone can recognise it: vectors, the chip's mark, OpenBeken's texts; the rest is filler.
/// </summary>
internal static class ApplicationBody
{
    private const uint Branch = 0xEA00000E;
    private const uint LoadProgramCounter = 0xE59FF014;

    /// <summary>An OpenBeken release: <paramref name="length"/> logical bytes, a multiple of 32.</summary>
    public static byte[] OpenBeken(SimChip chip, int length, string version)
    {
        byte[] body = Make(chip, length, Crc32.Of(Encoding.ASCII.GetBytes(version)));
        Encoding.ASCII.GetBytes(OpenBekenTexts(ChipFacts.Of(chip).Name, version), body.AsSpan(length / 4 * 3));
        return body;
    }

    /// <summary>A vendor's application: the same for the same <paramref name="seed"/>, and none of OpenBeken's texts in it.</summary>
    public static byte[] Vendor(SimChip chip, int length, ulong seed) => Make(chip, length, seed << 8);

    /// <summary>A branch, then seven loads of the program counter: what the application begins with under the right key.</summary>
    public static bool HasVectors(ReadOnlySpan<byte> code)
    {
        if (code.Length < 32 || code[3] != 0xEA)
            return false;
        for (int at = 4; at < 32; at += 4)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(code[at..]) != LoadProgramCounter)
                return false;
        }
        return true;
    }

    /// <summary>Build and release out of the one text <c>Open(chip) (version) (date) (time)</c>; null where no OpenBeken is.</summary>
    public static (string Chip, string Version)? FindOpenBeken(ReadOnlySpan<byte> code)
    {
        ReadOnlySpan<byte> sign = "OpenBK"u8;
        for (int at = code.IndexOf(sign); at >= 0;)
        {
            ReadOnlySpan<byte> text = code.Slice(at, Math.Min(80, code.Length - at));
            int end = text.IndexOf((byte)0);
            string[] words = Encoding.Latin1.GetString(end < 0 ? text : text[..end]).Split(' ');
            if (words.Length == 6 && words[1].Length > 0 && char.IsAsciiDigit(words[1][0]) && words[0].All(char.IsAsciiLetterOrDigit))
                return (words[0]["Open".Length..], words[1]);
            int next = code[(at + 1)..].IndexOf(sign);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return null;
    }

    private static string OpenBekenTexts(string chip, string version) =>
        $"Open{chip}, version {version}\0Open{chip} {version} Jul 14 2026 10:21:32\0"
        + $"Built on Jul 14 2026 10:21:32 version {version}\0Open{chip}_%02X%02X%02X%02X\0";

    private static byte[] Make(SimChip chip, int length, ulong seed)
    {
        ChipFacts facts = ChipFacts.Of(chip);
        byte[] body = new byte[length];
        new SeededBytes(0xA991 + (ulong)chip + seed).Fill(body);
        BinaryPrimitives.WriteUInt32LittleEndian(body, Branch);
        for (int at = 4; at < 32; at += 4)
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(at), LoadProgramCounter);
        if (facts.Mark.Length > 0)
            Encoding.ASCII.GetBytes(facts.Mark + "\0\0", body.AsSpan(0x100));
        return body;
    }
}

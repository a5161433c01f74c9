using System.Text;

namespace ProvisionStation.Beken.Obk;

/// <summary>The end of a log, bounded. What is dropped takes whole lines with it, so that no half of a password is left at the front.</summary>
/// <param name="mostBytes">The most that is kept.</param>
internal sealed class BootLogText(int mostBytes)
{
    /// <summary>A password that breaks off is looked for over three lines (<see cref="ObkRedactor"/>), so that many and its own go.</summary>
    private const int LinesToDrop = 4;

    /// <summary>Longer than any secret and any line of OpenBeken's.</summary>
    private const int MostToDrop = 4096;

    private readonly byte[] ring = new byte[mostBytes];
    private long total;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        long skipped = Math.Max(0, bytes.Length - ring.Length);
        total += skipped;
        foreach (byte value in bytes[(int)skipped..])
            ring[total++ % ring.Length] = value;
    }

    /// <summary>As text; control characters but tab and line ends become a replacement character.</summary>
    public override string ToString()
    {
        if (total <= ring.Length)
            return Decode(ring.AsSpan(0, (int)total));
        int split = (int)(total % ring.Length);
        byte[] ordered = [.. ring.AsSpan(split), .. ring.AsSpan(0, split)];
        return "[the beginning was dropped]\n" + Decode(ordered.AsSpan(FirstWhole(ordered)));
    }

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        char[] text = Encoding.UTF8.GetString(bytes).ToCharArray();
        for (int index = 0; index < text.Length; index++)
        {
            if (char.IsControl(text[index]) && text[index] is not ('\t' or '\r' or '\n'))
                text[index] = '\uFFFD';
        }

        return new string(text);
    }

    private static int FirstWhole(ReadOnlySpan<byte> bytes)
    {
        int lines = 0;
        for (int index = 0; index < Math.Min(MostToDrop, bytes.Length); index++)
        {
            if (bytes[index] == (byte)'\n' && ++lines == LinesToDrop)
                return index + 1;
        }

        return Math.Min(MostToDrop, bytes.Length);
    }
}

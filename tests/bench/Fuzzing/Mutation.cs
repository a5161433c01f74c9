namespace ProvisionStation.Speed.Fuzzing;

/// <summary>Damages bytes the ways that flash, lines, tools and people do.</summary>
internal static class Mutation
{
    private const int Sector = 4096;

    /// <summary>A damaged copy.</summary>
    /// <param name="random">The case's own.</param>
    /// <param name="original">What to damage; left as it is.</param>
    /// <param name="keepLength">True where cutting and inserting would only say that the length is wrong.</param>
    public static byte[] Of(Random random, ReadOnlySpan<byte> original, bool keepLength = false)
    {
        byte[] bytes = original.ToArray();
        for (int rounds = random.Next(1, 4); rounds > 0 && bytes.Length > 0; rounds--)
            bytes = Once(random, bytes, keepLength);
        return bytes;
    }

    private static byte[] Once(Random random, byte[] bytes, bool keepLength)
    {
        int at = random.Next(bytes.Length);
        int count = Math.Min(random.Next(1, 1 << random.Next(1, 13)), bytes.Length - at);
        switch (random.Next(keepLength ? 7 : 9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                random.NextBytes(bytes.AsSpan(at, count));
                break;
            case 3:
                bytes.AsSpan(at, count).Fill(random.Next(2) == 0 ? (byte)0xFF : (byte)0);
                break;
            case 4:
                for (int hits = random.Next(1, 64); hits > 0; hits--)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 5:
                bytes.AsSpan(at, count).ToArray().CopyTo(bytes, random.Next(bytes.Length - count + 1));
                break;
            case 6:
                Sectors(random, bytes);
                break;
            case 7:
                return bytes[..at];
            default:
                byte[] inserted = new byte[count];
                random.NextBytes(inserted);
                return [.. bytes.AsSpan(0, at), .. inserted, .. bytes.AsSpan(at)];
        }

        return bytes;
    }

    /// <summary>Copies, exchanges or erases whole sectors, as wear levelling and a lost write do.</summary>
    private static void Sectors(Random random, byte[] bytes)
    {
        if (bytes.Length < 2 * Sector)
            return;
        Span<byte> one = bytes.AsSpan(random.Next(bytes.Length / Sector) * Sector, Sector);
        Span<byte> other = bytes.AsSpan(random.Next(bytes.Length / Sector) * Sector, Sector);
        byte[] kept = one.ToArray();
        switch (random.Next(3))
        {
            case 0:
                one.Fill(0xFF);
                break;
            case 1:
                kept.CopyTo(other);
                break;
            default:
                other.CopyTo(one);
                kept.CopyTo(other);
                break;
        }
    }
}

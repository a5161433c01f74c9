using System.Buffers.Binary;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>Repeatable filler (SplitMix64): the same seed gives the same bytes in every run and on every machine.</summary>
internal struct SeededBytes(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    public void Fill(Span<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Next());
        ulong last = Next();
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(last >> (8 * i));
    }

    /// <summary><paramref name="length"/> characters out of letters and digits: an invented identity.</summary>
    public string Text(int length)
    {
        const string alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
        Span<char> text = stackalloc char[length];
        foreach (ref char character in text)
            character = alphabet[(int)(Next() % (ulong)alphabet.Length)];
        return new string(text);
    }
}

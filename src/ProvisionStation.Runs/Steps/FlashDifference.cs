using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Runs.Steps;

/// <summary>Where a part of the flash is not what it should be.</summary>
/// <param name="Part">What it should be, for example <c>image</c> or <c>RF sector</c>.</param>
/// <param name="First">The first address that differs.</param>
/// <param name="Bytes">How many bytes differ, 1 and up.</param>
/// <param name="Expected">The byte that should be there.</param>
/// <param name="Read">The byte that is.</param>
public sealed record FlashDifference(string Part, FlashAddress First, int Bytes, byte Expected, byte Read)
{
    /// <summary>In words, with address and count. Only the bits that differ: the byte itself may be one of a password (law 8).</summary>
    public string Text => $"{Part} from {First} on: {Bytes} bytes differ, the first in bits 0x{Expected ^ Read:X2}";

    /// <summary>Compares one range of two whole flashes; null where they are the same there.</summary>
    public static FlashDifference? Between(string part, ReadOnlySpan<byte> read, ReadOnlySpan<byte> expected, FlashRange range)
    {
        (int start, int length) = ((int)range.Start.Value, (int)range.LengthBytes);
        ReadOnlySpan<byte> found = read.Slice(start, length), wanted = expected.Slice(start, length);
        int at = found.CommonPrefixLength(wanted);
        if (at == length)
            return null;
        int differ = 0;
        for (int i = at; i < length; i++)
            differ += found[i] != wanted[i] ? 1 : 0;
        return new FlashDifference(part, range.Start + (uint)at, differ, wanted[at], found[at]);
    }
}

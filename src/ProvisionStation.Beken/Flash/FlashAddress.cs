namespace ProvisionStation.Beken.Flash;

/// <summary>An address in the module's flash: bytes from the start of the chip.</summary>
public readonly record struct FlashAddress(uint Value) : IComparable<FlashAddress>
{
    /// <summary>What the boot loader reads and writes at a time, and the smallest erase, in bytes.</summary>
    public const uint SectorBytes = 4096;

    /// <summary>The large erase block, in bytes.</summary>
    public const uint BlockBytes = 65536;

    /// <summary>True at the start of a sector.</summary>
    public bool IsSectorAligned => Value % SectorBytes == 0;

    /// <summary>The address <paramref name="bytes"/> further on. Overflow is an error.</summary>
    public static FlashAddress operator +(FlashAddress address, uint bytes) => new(checked(address.Value + bytes));

    /// <summary>Earlier.</summary>
    public static bool operator <(FlashAddress left, FlashAddress right) => left.Value < right.Value;

    /// <summary>Later.</summary>
    public static bool operator >(FlashAddress left, FlashAddress right) => left.Value > right.Value;

    /// <summary>Earlier or the same.</summary>
    public static bool operator <=(FlashAddress left, FlashAddress right) => left.Value <= right.Value;

    /// <summary>Later or the same.</summary>
    public static bool operator >=(FlashAddress left, FlashAddress right) => left.Value >= right.Value;

    /// <inheritdoc />
    public int CompareTo(FlashAddress other) => Value.CompareTo(other.Value);

    /// <summary>For example <c>0x011000</c>.</summary>
    public override string ToString() => $"0x{Value:X6}";
}

namespace ProvisionStation.Beken.Flash;

/// <summary>A span of flash: <see cref="Start"/> is in it, <see cref="End"/> is not.</summary>
public readonly record struct FlashRange(FlashAddress Start, uint LengthBytes)
{
    /// <summary>The first address behind the span.</summary>
    public FlashAddress End => Start + LengthBytes;

    /// <summary>True where both ends lie on sector borders and the span is not empty.</summary>
    public bool IsSectorAligned => LengthBytes > 0 && Start.IsSectorAligned && LengthBytes % FlashAddress.SectorBytes == 0;

    /// <summary>True where all of <paramref name="other"/> lies in this span.</summary>
    public bool Contains(FlashRange other) => other.Start >= Start && other.End <= End;

    /// <summary>True where the two share at least one byte.</summary>
    public bool Overlaps(FlashRange other) => Start < other.End && other.Start < End;

    /// <summary>From <paramref name="start"/> up to, not including, <paramref name="end"/>.</summary>
    public static FlashRange FromTo(uint start, uint end) => new(new FlashAddress(start), checked(end - start));

    /// <summary>For example <c>0x011000..0x12A000</c>, the end not included.</summary>
    public override string ToString() => $"{Start}..{End}";
}

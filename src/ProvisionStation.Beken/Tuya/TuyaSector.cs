using System.Buffers.Binary;

namespace ProvisionStation.Beken.Tuya;

/// <summary>One decrypted data or swap sector: a header page and 31 pages of 128 bytes.</summary>
/// <param name="Offset">Where it lies in the dump.</param>
/// <param name="Plain">Its 4096 bytes.</param>
internal sealed record TuyaSector(int Offset, byte[] Plain)
{
    /// <summary>Bytes of a sector.</summary>
    public const int Bytes = 4096;

    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 128;

    /// <summary>Pages of a sector, the header included.</summary>
    public const int Pages = Bytes / PageBytes;

    /// <summary>Where the part begins that the checksum covers.</summary>
    public const int SummedFrom = 8;

    private const int GenerationOffset = 0x0A;
    private const int MapBytesOffset = 0x0E;
    private const int MapOffset = 0x0F;

    /// <summary>Block id; 0 to 13 in the field.</summary>
    public int Block => BinaryPrimitives.ReadUInt16LittleEndian(Plain.AsSpan(SummedFrom));

    /// <summary>Grows by one with every rewrite of the block.</summary>
    public uint Generation => BinaryPrimitives.ReadUInt32LittleEndian(Plain.AsSpan(GenerationOffset));

    /// <summary>True where the sector's checksum is right.</summary>
    public bool IsSound { get; } =
        BinaryPrimitives.ReadUInt32LittleEndian(Plain.AsSpan(4)) == TuyaCipher.Sum(Plain.AsSpan(SummedFrom));

    /// <summary>True for either magic of a data sector; the second is the newer SDK's ("OS3").</summary>
    public static bool HasMagic(ReadOnlySpan<byte> head) => BinaryPrimitives.ReadUInt32LittleEndian(head) is 0x98761234 or 0x135726AB;

    /// <summary>True where the header's map calls a page an index page; page 0 never is.</summary>
    public bool IsIndex(int page) =>
        page > 0 && page / 8 < Math.Min((int)Plain[MapBytesOffset], Pages / 8) && (Plain[MapOffset + (page / 8)] >> (page % 8) & 1) != 0;

    /// <summary>The bytes of a page, 0 to 31.</summary>
    public Span<byte> Page(int page) => Plain.AsSpan(page * PageBytes, PageBytes);

    /// <summary>Puts the right checksum into a sector.</summary>
    public static void Seal(Span<byte> plain) => BinaryPrimitives.WriteUInt32LittleEndian(plain[4..], TuyaCipher.Sum(plain[SummedFrom..]));
}

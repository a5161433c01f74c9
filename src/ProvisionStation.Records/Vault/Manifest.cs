using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ProvisionStation.Records.Vault;

/// <summary>An artifact as a list of its sectors.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of the whole.</param>
/// <param name="Sectors">SHA-256 of each 4 KiB, the last one shorter where it must be; null: blank, all bytes FF.</param>
/// <remarks>Kept as length (little-endian, 8), SHA-256 of the whole (32), and 32 bytes for each sector: zeros for a blank one.</remarks>
internal sealed record Manifest(long Bytes, byte[] Sha256, IReadOnlyList<byte[]?> Sectors)
{
    public const int SectorBytes = 4096;

    /// <summary>The longest artifact, in bytes: 512 MiB, 32 times the largest flash these modules have.</summary>
    public const int LongestArtifact = 512 << 20;

    private const int HeadBytes = sizeof(long) + SHA256.HashSizeInBytes;

    /// <summary>The manifest of some bytes.</summary>
    public static Manifest Of(ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, LongestArtifact);
        List<byte[]?> sectors = [];
        for (int at = 0; at < content.Length; at += SectorBytes)
        {
            ReadOnlySpan<byte> sector = content.Slice(at, Math.Min(SectorBytes, content.Length - at));
            sectors.Add(sector.ContainsAnyExcept((byte)0xFF) ? SHA256.HashData(sector) : null);
        }

        return new Manifest(content.Length, SHA256.HashData(content), sectors);
    }

    /// <summary>Where a sector lies in the artifact.</summary>
    public Range PlaceOf(int sector) => (sector * SectorBytes)..(int)Math.Min(Bytes, (sector + 1L) * SectorBytes);

    public byte[] ToBytes()
    {
        byte[] body = new byte[HeadBytes + (Sectors.Count * SHA256.HashSizeInBytes)];
        BinaryPrimitives.WriteInt64LittleEndian(body, Bytes);
        Sha256.CopyTo(body, sizeof(long));
        for (int i = 0; i < Sectors.Count; i++)
            Sectors[i]?.CopyTo(body, HeadBytes + (i * SHA256.HashSizeInBytes));
        return body;
    }

    /// <summary>Reads one; null where it contradicts itself.</summary>
    public static Manifest? From(ReadOnlySpan<byte> body)
    {
        if (body.Length < HeadBytes)
            return null;
        long bytes = BinaryPrimitives.ReadInt64LittleEndian(body);
        if (bytes is < 0 or > LongestArtifact || body.Length != HeadBytes + ((bytes + SectorBytes - 1) / SectorBytes * SHA256.HashSizeInBytes))
            return null;
        List<byte[]?> sectors = [];
        for (int at = HeadBytes; at < body.Length; at += SHA256.HashSizeInBytes)
        {
            ReadOnlySpan<byte> hash = body.Slice(at, SHA256.HashSizeInBytes);
            sectors.Add(hash.ContainsAnyExcept((byte)0) ? hash.ToArray() : null);
        }

        return new Manifest(bytes, body.Slice(sizeof(long), SHA256.HashSizeInBytes).ToArray(), sectors);
    }
}

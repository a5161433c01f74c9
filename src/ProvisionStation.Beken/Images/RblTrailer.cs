using System.Buffers.Binary;
using ProvisionStation.Beken.Flash;

namespace ProvisionStation.Beken.Images;

/// <summary>The header that Beken's packager puts at the end of a partition: 96 bytes, not scrambled, in three groups.</summary>
/// <remarks>Source: bk7231tools, its RBL container; the last word is the CRC-32 of the 92 bytes before it.</remarks>
internal static class RblTrailer
{
    private const int HeaderBytes = 96;
    private const int RawBytes = HeaderBytes / CodeGroups.CodeBytes * CodeGroups.GroupBytes;

    /// <summary>True where the last groups that are not blank are such a header with the right CRC-32.</summary>
    /// <param name="application">Whole groups from the application's start; what is behind the last one is left out.</param>
    public static bool EndsWithOne(ReadOnlySpan<byte> application)
    {
        int end = application.Length / CodeGroups.GroupBytes * CodeGroups.GroupBytes;
        while (end >= RawBytes && CodeGroups.IsBlank(application.Slice(end - CodeGroups.GroupBytes, CodeGroups.GroupBytes)))
            end -= CodeGroups.GroupBytes;
        if (end < RawBytes)
            return false;
        byte[] header = CodeGroups.Unscramble(application[(end - RawBytes)..end], CodeKey.Zero, 0);
        return header.AsSpan().StartsWith("RBL\0"u8)
            && Crc32.Of(header.AsSpan(0, HeaderBytes - 4)) == BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(HeaderBytes - 4));
    }
}

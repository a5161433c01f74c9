using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace ProvisionStation.Records.Vault;

/// <summary>Makes and reads the records of one pack.</summary>
/// <remarks>A record: head of 64 bytes, content, tag of 16. The head: magic <c>PSR1</c> (4), kind (1), 1 where the content is a zlib stream (1),
/// zeros (2), plain length and stored length (little-endian, 4 each), name (32), nonce (12), and the first 4 bytes of the SHA-256 of all that.
/// The content is encrypted by AES-256-GCM with the pack's data key; additional data are the pack's id, the record's offset in the pack
/// (little-endian, 8) and its head, so that a record opens in its own place only.</remarks>
internal sealed class PackCipher(PackKeys keys) : IDisposable
{
    public const int HeadBytes = 64;
    public const int TagBytes = 16;

    /// <summary>A manifest of an artifact of 512 MiB; a sector is much less.</summary>
    private const int LongestContent = 4 << 20;

    private const int KindAt = 4, PackedAt = 5, PlainAt = 8, StoredAt = 12, NameAt = 16, NonceAt = 48, CheckAt = 60;
    private readonly AesGcm _aes = new(keys.DataKey, TagBytes);

    public static ReadOnlySpan<byte> Magic => "PSR1"u8;

    public PackKeys Keys => keys;

    /// <summary>The record of some content at an offset of the pack.</summary>
    public byte[] Seal(RecordKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> plain, long offset)
    {
        byte[] packed = Pack(plain);
        bool isPacked = packed.Length < plain.Length;
        ReadOnlySpan<byte> content = isPacked ? packed : plain;
        byte[] record = new byte[HeadBytes + content.Length + TagBytes];
        Magic.CopyTo(record);
        record[KindAt] = (byte)kind;
        record[PackedAt] = isPacked ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(PlainAt), plain.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(StoredAt), content.Length);
        name.CopyTo(record.AsSpan(NameAt));
        RandomNumberGenerator.Fill(record.AsSpan(NonceAt, CheckAt - NonceAt));
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(CheckAt), CheckOf(record));
        _aes.Encrypt(
            record.AsSpan(NonceAt..CheckAt), content, record.AsSpan(HeadBytes, content.Length), record.AsSpan(HeadBytes + content.Length), PlaceOf(record, offset));
        return record;
    }

    /// <summary>Length of the whole record that begins here, in bytes; 0 where none does.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeadBytes || !bytes.StartsWith(Magic) || BinaryPrimitives.ReadUInt32BigEndian(bytes[CheckAt..]) != CheckOf(bytes))
            return 0;
        int stored = BinaryPrimitives.ReadInt32LittleEndian(bytes[StoredAt..]);
        int plain = BinaryPrimitives.ReadInt32LittleEndian(bytes[PlainAt..]);
        bool isSane = plain is >= 0 and <= LongestContent && stored >= 0 && stored <= plain;
        return isSane && bytes.Length >= HeadBytes + stored + TagBytes ? HeadBytes + stored + TagBytes : 0;
    }

    /// <summary>Kind and name of a record whose length was told.</summary>
    public static (RecordKind Kind, byte[] Name) NameOf(ReadOnlySpan<byte> record) => ((RecordKind)record[KindAt], record[NameAt..NonceAt].ToArray());

    /// <summary>The plain content; null where the record was changed, moved or torn.</summary>
    public byte[]? Open(ReadOnlySpan<byte> record, long offset)
    {
        int length = LengthOf(record);
        if (length == 0)
            return null;
        byte[] content = new byte[length - HeadBytes - TagBytes];
        try
        {
            _aes.Decrypt(
                record[NonceAt..CheckAt], record.Slice(HeadBytes, content.Length), record.Slice(length - TagBytes, TagBytes), content, PlaceOf(record, offset));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        int plain = BinaryPrimitives.ReadInt32LittleEndian(record[PlainAt..]);
        return record[PackedAt] == 0 ? content.Length == plain ? content : null : Unpack(content, plain);
    }

    public void Dispose() => _aes.Dispose();

    private byte[] PlaceOf(ReadOnlySpan<byte> record, long offset)
    {
        byte[] place = new byte[keys.Id.Length + sizeof(long) + HeadBytes];
        keys.Id.CopyTo(place, 0);
        BinaryPrimitives.WriteInt64LittleEndian(place.AsSpan(keys.Id.Length), offset);
        record[..HeadBytes].CopyTo(place.AsSpan(keys.Id.Length + sizeof(long)));
        return place;
    }

    private static uint CheckOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(record[..CheckAt]));

    private static byte[] Pack(ReadOnlySpan<byte> plain)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(plain);
        return packed.ToArray();
    }

    private static byte[]? Unpack(byte[] packed, int bytes)
    {
        byte[] plain = new byte[bytes];
        try
        {
            using ZLibStream zlib = new(new MemoryStream(packed), CompressionMode.Decompress);
            return zlib.ReadAtLeast(plain, bytes, throwOnEndOfStream: false) == bytes && zlib.ReadByte() < 0 ? plain : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

using System.Security.Cryptography;

namespace ProvisionStation.Records.Vault;

/// <summary>What a walk through the bytes of a pack found; every record was decrypted and held against its name.</summary>
/// <param name="Places">Whole records, in order.</param>
/// <param name="Damages">What lies between them.</param>
internal sealed record PackScan(IReadOnlyList<PackPlace> Places, IReadOnlyList<PackDamage> Damages)
{
    /// <summary>Walks from an offset to the end.</summary>
    /// <param name="pack">Number of the pack.</param>
    /// <param name="cipher">Its keys.</param>
    /// <param name="bytes">From the offset to the end.</param>
    /// <param name="from">The offset of the first byte.</param>
    public static PackScan Walk(int pack, PackCipher cipher, ReadOnlySpan<byte> bytes, long from)
    {
        List<PackPlace> places = [];
        List<PackDamage> damages = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = PackCipher.LengthOf(bytes[at..]);
            if (length > 0 && PlaceOf(pack, cipher, bytes.Slice(at, length), from + at) is { } place)
            {
                places.Add(place);
                at += length;
                continue;
            }

            int bad = length > 0 ? length : LengthToNext(bytes[at..]);
            damages.Add(new PackDamage(pack, from + at, bad));
            at += bad;
        }

        return new PackScan(places, damages);
    }

    /// <summary>Where the tail begins that a crash tore: behind the last manifest, at the first bytes that are no record. Sectors are on the disk
    /// before their manifest is written, so bytes that fail before a manifest were whole once: that is damage. Null: no tear.</summary>
    public long? TornAt()
    {
        long lastManifest = Places.LastOrDefault(place => place.Kind == RecordKind.Manifest)?.Offset ?? -1;
        return Damages.FirstOrDefault(one => one.Offset > lastManifest)?.Offset;
    }

    private static PackPlace? PlaceOf(int pack, PackCipher cipher, ReadOnlySpan<byte> record, long offset)
    {
        if (cipher.Open(record, offset) is not { } content)
            return null;
        (RecordKind kind, byte[] name) = PackCipher.NameOf(record);
        switch (kind)
        {
            case RecordKind.Sector when name.AsSpan().SequenceEqual(cipher.Keys.NameOf(SHA256.HashData(content))):
                return new PackPlace(kind, name, pack, offset, record.Length, 0);
            case RecordKind.Manifest when Manifest.From(content) is { } manifest && name.AsSpan().SequenceEqual(manifest.Sha256):
                return new PackPlace(kind, name, pack, offset, record.Length, manifest.Bytes);
            default:
                return null;
        }
    }

    private static int LengthToNext(ReadOnlySpan<byte> bytes)
    {
        for (int at = 1; at < bytes.Length; at++)
        {
            int next = bytes[at..].IndexOf(PackCipher.Magic);
            if (next < 0)
                break;
            at += next;
            if (PackCipher.LengthOf(bytes[at..]) > 0)
                return at;
        }

        return bytes.Length;
    }
}

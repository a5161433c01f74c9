using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ProvisionStation.Records.Vault;

/// <summary>What the head of a pack holds, wrapped by the station key: the pack's own random data key, and the address key that all packs of a
/// vault share.</summary>
/// <remarks>A head is two slots of 512 bytes, so that another key can wrap the same data key without the old slot being touched. A slot: magic
/// (8), pack id (16), 1 where the pack takes no more (1), zeros (3), fingerprint of the station key (4), nonce (12), data key and address key
/// encrypted by AES-256-GCM (64), tag (16), the first 4 bytes of the SHA-256 of all that; zeros to the end. The first 32 bytes are the
/// additional data of the encryption.</remarks>
internal sealed record PackKeys(byte[] Id, byte[] DataKey, byte[] AddressKey, bool IsSealed)
{
    public const int SlotBytes = 512;
    public const int HeadBytes = 2 * SlotBytes;
    private const int IdAt = 8, IdBytes = 16, SealedAt = 24, FingerprintAt = 28, NonceAt = 32, WrappedAt = 44, TagAt = 108, CheckAt = 124;

    public static ReadOnlySpan<byte> Magic => "PSVPACK1"u8;

    /// <summary>Keys of a new pack in a vault with this address key.</summary>
    public static PackKeys Make(byte[] addressKey) => new(
        RandomNumberGenerator.GetBytes(IdBytes), RandomNumberGenerator.GetBytes(VaultKey.Bytes), addressKey, IsSealed: false);

    /// <summary>The name of a sector with this SHA-256, in every pack of the vault.</summary>
    public byte[] NameOf(byte[] sha256) => NameOf(AddressKey, sha256);

    /// <inheritdoc cref="NameOf(byte[])"/>
    public static byte[] NameOf(byte[] addressKey, byte[] sha256) => HMACSHA256.HashData(addressKey, sha256);

    /// <summary>One slot, wrapped by a station key.</summary>
    public byte[] ToSlot(VaultKey key)
    {
        byte[] slot = new byte[SlotBytes];
        Magic.CopyTo(slot);
        Id.CopyTo(slot, IdAt);
        slot[SealedAt] = IsSealed ? (byte)1 : (byte)0;
        Convert.FromHexString(key.Fingerprint).CopyTo(slot, FingerprintAt);
        RandomNumberGenerator.Fill(slot.AsSpan(NonceAt, WrappedAt - NonceAt));
        byte[] secrets = [.. DataKey, .. AddressKey];
        using AesGcm aes = new(key.Secret, TagIn(slot).Length);
        aes.Encrypt(NonceIn(slot), secrets, slot.AsSpan(WrappedAt, secrets.Length), TagIn(slot), slot.AsSpan(0, NonceAt));
        BinaryPrimitives.WriteUInt32BigEndian(slot.AsSpan(CheckAt), CheckOf(slot));
        return slot;
    }

    /// <summary>True where a slot was written whole, whoever's key it takes.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> slot) =>
        slot.StartsWith(Magic) && BinaryPrimitives.ReadUInt32BigEndian(slot[CheckAt..]) == CheckOf(slot);

    /// <summary>The station key's fingerprint that a whole slot names.</summary>
    public static string FingerprintOf(ReadOnlySpan<byte> slot) => Convert.ToHexStringLower(slot.Slice(FingerprintAt, NonceAt - FingerprintAt));

    /// <summary>Unwraps a slot; null where it is not whole, is for another key, or was changed.</summary>
    public static PackKeys? FromSlot(ReadOnlySpan<byte> slot, VaultKey key)
    {
        if (!IsWhole(slot) || FingerprintOf(slot) != key.Fingerprint)
            return null;
        byte[] secrets = new byte[2 * VaultKey.Bytes];
        using AesGcm aes = new(key.Secret, CheckAt - TagAt);
        try
        {
            aes.Decrypt(slot[NonceAt..WrappedAt], slot[WrappedAt..TagAt], slot[TagAt..CheckAt], secrets, slot[..NonceAt]);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return new PackKeys(slot.Slice(IdAt, IdBytes).ToArray(), secrets[..VaultKey.Bytes], secrets[VaultKey.Bytes..], slot[SealedAt] != 0);
    }

    private static Span<byte> NonceIn(byte[] slot) => slot.AsSpan(NonceAt..WrappedAt);

    private static Span<byte> TagIn(byte[] slot) => slot.AsSpan(TagAt..CheckAt);

    private static uint CheckOf(ReadOnlySpan<byte> slot) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(slot[..CheckAt]));
}

using System.Security.Cryptography;

namespace ProvisionStation.Beken.Tuya;

/// <summary>The store's cipher: AES-128, each block of 16 bytes on its own, no padding.</summary>
/// <remarks>Source: BK7231GUIFlashTool, Utils/TuyaConfig.cs, and bk7231tools, analysis/storage.py; checked on 24 public dumps.</remarks>
internal sealed class TuyaCipher : IDisposable
{
    /// <summary>Bytes of a key and of a block.</summary>
    public const int BlockBytes = 16;

    /// <summary>The device key of every BK7231T; on BK7231N it varies.</summary>
    public static readonly byte[] ConstantKeyOfT = Convert.FromHexString("CB4E3EA400309DAB656D8DBFE4B93F35");

    private readonly Aes aes;

    private TuyaCipher(byte[] key)
    {
        aes = Aes.Create();
        aes.Key = key;
    }

    /// <summary>The cipher of the key sector and of the protected sector's outside.</summary>
    public static TuyaCipher Master() => new("qwertyuiopasdfgh"u8.ToArray());

    /// <summary>The cipher of data and swap sectors: D[i] = A[i mod 4] + B[i] + K[i].</summary>
    /// <param name="deviceKey">K, sixteen bytes.</param>
    public static TuyaCipher Data(ReadOnlySpan<byte> deviceKey)
    {
        ReadOnlySpan<byte> a = "8710"u8, b = "HHRRQbyemofrtytf"u8;
        byte[] key = new byte[BlockBytes];
        for (int i = 0; i < key.Length; i++)
            key[i] = unchecked((byte)(a[i % a.Length] + b[i] + deviceKey[i]));
        return new TuyaCipher(key);
    }

    /// <summary>Decrypts whole blocks.</summary>
    public byte[] Decrypt(ReadOnlySpan<byte> cipher) => aes.DecryptEcb(cipher, PaddingMode.None);

    /// <summary>Decrypts whole blocks into a buffer of the same length, which may be the same one.</summary>
    public void Decrypt(ReadOnlySpan<byte> cipher, Span<byte> plain) => aes.DecryptEcb(cipher, plain, PaddingMode.None);

    /// <summary>Encrypts whole blocks.</summary>
    public byte[] Encrypt(ReadOnlySpan<byte> plain) => aes.EncryptEcb(plain, PaddingMode.None);

    /// <summary>The first bytes of each sector of a dump, decrypted, one head behind the other.</summary>
    /// <param name="dump">The dump.</param>
    /// <param name="first">Offset of the first sector.</param>
    /// <param name="headBytes">Bytes per head, a multiple of 16.</param>
    public byte[] Heads(ReadOnlySpan<byte> dump, int first, int headBytes)
    {
        int sectors = Math.Max(0, (dump.Length - first) / TuyaSector.Bytes);
        byte[] heads = new byte[sectors * headBytes];
        for (int sector = 0; sector < sectors; sector++)
            dump.Slice(first + (sector * TuyaSector.Bytes), headBytes).CopyTo(heads.AsSpan(sector * headBytes));
        Decrypt(heads, heads);
        return heads;
    }

    /// <summary>The store's checksum: the plain sum of the bytes.</summary>
    public static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte value in bytes)
            sum += value;
        return sum;
    }

    /// <inheritdoc />
    public void Dispose() => aes.Dispose();
}

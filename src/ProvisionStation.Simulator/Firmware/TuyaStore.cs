using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ProvisionStation.Simulator.Firmware;

/// <summary>
/// The vendor's key-value store (storage sheet 1 to 4): a key sector, data sectors in the order of their block ids and three swap
/// sectors up to the end of flash; on N and M also the protected sector below. Every identity in it is invented.
/// </summary>
internal static class TuyaStore
{
    private const int SectorBytes = ChipFacts.SectorBytes;
    private const int SwapSectors = 3;
    private const uint KeySectorMagic = 0x13579753;
    private static readonly byte[] MasterKey = "qwertyuiopasdfgh"u8.ToArray();
    private static readonly byte[] TDeviceKey = Convert.FromHexString("CB4E3EA400309DAB656D8DBFE4B93F35");

    public static int KeySector(SimChip chip) => chip == SimChip.Bk7238 ? 0x1F5000 : 0x1EE000;

    public static void Write(Span<byte> flash, SimChip chip, ulong seed)
    {
        SeededBytes random = new(seed);
        byte[] deviceKey = TDeviceKey.ToArray();
        if (chip is SimChip.N or SimChip.M or SimChip.Bk7238)
            random.Fill(deviceKey);
        byte[] dataKey = DataKey(deviceKey);
        int keySector = KeySector(chip);
        int blocks = ((ChipFacts.FlashBytes - keySector) / SectorBytes) - 1 - SwapSectors;
        List<(string Name, byte[] Value)> values = TuyaValues.Make(chip, ref random);

        Encrypt(KeySectorContent(deviceKey), MasterKey, flash[keySector..]);
        byte[][] sectors = new TuyaBlocks(blocks).Fill(values, ref random);
        for (int block = 0; block < blocks; block++)
            Encrypt(sectors[block], dataKey, flash[(keySector + SectorBytes + (block * SectorBytes))..]);
        for (int swap = 0; swap < SwapSectors; swap++)
            Encrypt(TuyaBlocks.Earlier(sectors[swap]), dataKey, flash[(ChipFacts.FlashBytes - ((SwapSectors - swap) * SectorBytes))..]);
        if (chip is SimChip.N or SimChip.M)
            Encrypt(ProtectedContent(values, deviceKey, dataKey), MasterKey, flash[(keySector - SectorBytes)..]);
    }

    /// <summary>D[i] = A[i mod 4] + B[i] + K[i], with A = 8710 and B as below (storage sheet 2).</summary>
    private static byte[] DataKey(byte[] deviceKey)
    {
        ReadOnlySpan<byte> a = "8710"u8, b = "HHRRQbyemofrtytf"u8;
        byte[] key = new byte[16];
        for (int i = 0; i < 16; i++)
            key[i] = (byte)(a[i % 4] + b[i] + deviceKey[i]);
        return key;
    }

    private static byte[] KeySectorContent(byte[] deviceKey)
    {
        byte[] sector = Blank();
        BinaryPrimitives.WriteUInt32LittleEndian(sector, KeySectorMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(4), TuyaBlocks.Sum(deviceKey));
        deviceKey.CopyTo(sector, 8);
        return sector;
    }

    /// <summary>A second copy of identity and Wi-Fi, under both keys: what a redactor must not miss (storage sheet 3.2).</summary>
    private static byte[] ProtectedContent(List<(string Name, byte[] Value)> values, byte[] deviceKey, byte[] dataKey)
    {
        byte[] inner = Blank()[..(SectorBytes - 0x20)];
        int at = 0;
        foreach ((string name, byte[] value) in values.Where(entry => entry.Name is "gw_bi" or "gw_wsm"))
        {
            BinaryPrimitives.WriteInt32LittleEndian(inner.AsSpan(at), value.Length);
            inner.AsSpan(at + 4, 32).Clear();
            Encoding.ASCII.GetBytes(name, inner.AsSpan(at + 4));
            value.CopyTo(inner, at + 36);
            at += 36 + value.Length;
        }
        byte[] sector = Blank();
        deviceKey.CopyTo(sector, 8);
        BinaryPrimitives.WriteInt32LittleEndian(sector.AsSpan(0x18), at);
        Encrypt(inner, dataKey, sector.AsSpan(0x20));
        BinaryPrimitives.WriteUInt32LittleEndian(sector, KeySectorMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(sector.AsSpan(4), TuyaBlocks.Sum(sector.AsSpan(8)));
        return sector;
    }

    private static void Encrypt(byte[] plain, byte[] key, Span<byte> destination)
    {
        using Aes aes = Aes.Create();
        aes.Key = key;
        aes.EncryptEcb(plain, destination[..plain.Length], PaddingMode.None);
    }

    private static byte[] Blank()
    {
        byte[] sector = new byte[SectorBytes];
        sector.AsSpan().Fill(0xFF);
        return sector;
    }
}
